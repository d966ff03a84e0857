// SPDX-License-Identifier: Apache-2.0
// The cost of the ledger in user space, without a source: a scan of running tasks, and a short-lived process.
#include <benchmark/benchmark.h>

#include "core/grouping/grouping.hpp"
#include "core/ledger/ledger.hpp"
#include "micro/population.hpp"
#include "support/known_host.hpp"

namespace procledger::bench {
namespace {

/// Time per item of an iteration.
benchmark::Counter each(double count) {
  return {count, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert, benchmark::Counter::kIs1000};
}

void scan(ledger::Ledger& ledger, const std::vector<event::Observation>& tasks, std::uint64_t now_ns) {
  ledger.begin_scan(now_ns, event::Zombies::kLeftOut);
  for (const event::Observation& task : tasks) ledger.on_sample(task);
  ledger.end_scan(now_ns);
}

void ledger_scan(benchmark::State& state) {
  test::KnownHost host;
  grouping::Grouping grouping{host, test::policy_of(), {}, 1};
  ledger::Ledger ledger{grouping, {.attached_ns = 1}};
  auto tasks = some_processes(static_cast<std::uint32_t>(state.range(0)));
  std::uint64_t now_ns = 100 * kSecondNs;
  scan(ledger, tasks, now_ns);
  for (auto _ : state) {
    work(tasks);
    now_ns += kSecondNs;
    scan(ledger, tasks, now_ns);
  }
  if (ledger.live_processes() != tasks.size()) state.SkipWithError("the ledger lost processes");
  state.counters["per_sample"] = each(static_cast<double>(tasks.size()));
}
BENCHMARK(ledger_scan)->Arg(100)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMicrosecond);

/// Processes that a shell starts, that exec a program and exit, 4,000 per second, and a scan per second that meets none of them.
void ledger_life(benchmark::State& state) {
  constexpr std::uint64_t kLifeNs = 250'000;
  constexpr std::uint32_t kPids = 30'000;
  constexpr std::uint32_t kShell = 40'000;
  test::KnownHost host;
  grouping::Grouping grouping{host, test::policy_of(), {}, 1};
  ledger::Ledger ledger{grouping, {.attached_ns = 1}};
  const std::vector<event::Observation> living{some_process(kShell, kSecondNs)};
  std::uint64_t now_ns = 100 * kSecondNs;
  scan(ledger, living, now_ns);
  std::uint32_t tgid = 2;
  std::uint64_t lives = 0;
  for (auto _ : state) {
    event::Observation child = some_process(tgid, now_ns);
    child.total = {};
    child.parent = living.front().process;
    ledger.on_fork({.child = child, .creator = living.front().process});
    child.total.cpu_ns = 100'000;
    child.comm = event::Comm{"true"};
    ledger.on_exec({.task = child, .filename = "/bin/true", .args = std::string_view{"/bin/true"}, .time_ns = now_ns + kLifeNs / 2});
    child.total.cpu_ns = 200'000;
    child.exited = true;
    child.live_threads = 0;
    child.state = event::State::kZombie;
    now_ns += kLifeNs;
    ledger.on_exit({.task = child, .exit_boottime_ns = now_ns - 1000});
    ledger.on_release({.task = child.task, .process = child.process, .tid = child.tid, .leader = true, .time_ns = now_ns});
    tgid = tgid < kPids ? tgid + 1 : 2;
    if (++lives % 4'000 == 0) scan(ledger, living, now_ns);
  }
  const auto& accounts = ledger.accounts();
  std::uint64_t exits = 0;
  for (const ledger::Account& account : accounts) exits += account.exits[0];
  if (exits != lives) state.SkipWithError("the ledger did not count every exit");
}
BENCHMARK(ledger_life)->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace procledger::bench
