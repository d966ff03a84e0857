// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "compare/exporter.hpp"
#include "compare/parts.hpp"
#include "compare/series.hpp"
#include "compare/switch_programs.hpp"

namespace procledger::bench {
namespace {

constexpr std::uint64_t kLives = 20'000;
constexpr std::uint64_t kPairedLives = 5'000;  // twice per round
constexpr double kGoalUs = 5;
constexpr double kEnough = 0.99;

Result<void> live_and_die(std::uint64_t times) {
  std::string program = PROCLEDGER_TESTPROGS "/true";
  const std::array<char*, 2> argv{program.data(), nullptr};
  for (std::uint64_t i = 0; i < times; ++i) {
    const pid_t child = ::fork();
    if (child < 0) return tl::unexpected{system_error("fork", errno)};
    if (child == 0) {
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (status != 0) return fail(ErrorKind::kIo, program + " did not run");
  }
  return {};
}

/// The exits that the daemon counted, to check that it saw the load. The kernel tests check that counts are exact.
Result<double> exits(const Exporter& daemon) {
  const auto page = daemon.page();
  if (!page) return tl::unexpected{page.error()};
  return page->sum({.name = "procledger_group_exits_total", .labels = {{"group", "true"}}});
}

/// The CPU time and the exits of a daemon before the load.
struct Before {
  std::uint64_t cpu_ns{};
  double exits{};
};

Result<Before> sample_at(const Exporter& daemon) {
  const auto seen = exits(daemon);
  if (!seen) return tl::unexpected{seen.error()};
  return Before{.cpu_ns = daemon.cpu_ns(), .exits = *seen};
}

/// CPU microseconds of the daemon per process since `before`, including a scrape.
Result<double> us_per_life(Exporter& daemon, const Before& before, std::uint64_t lives) {
  if (auto done = daemon.scrape(); !done) return tl::unexpected{done.error()};
  const double us = static_cast<double>(daemon.cpu_ns() - before.cpu_ns) / 1e3 / static_cast<double>(lives);
  const auto seen = exits(daemon);
  if (!seen) return tl::unexpected{seen.error()};
  if (*seen - before.exits < kEnough * static_cast<double>(lives)) {
    return fail(ErrorKind::kMalformed, "of " + std::to_string(lives) + " exits the daemon saw " + fixed(*seen - before.exits, 0) +
                                           "; what it cost means nothing then");
  }
  return us;
}

/// A daemon and its BPF programs while the load runs.
struct Watched {
  DaemonPrograms programs;
  RunTime kernel_before;
  Before before;
};

Result<Watched> begin(const Exporter& daemon) {
  auto programs = DaemonPrograms::of(daemon.pid());
  if (!programs) return tl::unexpected{programs.error()};
  const auto before = sample_at(daemon);
  if (!before) return tl::unexpected{before.error()};
  const auto time = programs->run_time();
  if (!time) return tl::unexpected{time.error()};
  return Watched{.programs = std::move(*programs), .kernel_before = *time, .before = *before};
}

/// CPU microseconds of the daemon and of its programs per process since the start of the watch.
Result<Figures> finish(Exporter& daemon, const Watched& watched, std::uint64_t lives) {
  const auto time = watched.programs.run_time();  // before the scrape, which runs other programs
  if (!time) return tl::unexpected{time.error()};
  const double kernel_us = static_cast<double>(time->ns - watched.kernel_before.ns) / 1e3 / static_cast<double>(lives);
  const auto us = us_per_life(daemon, watched.before, lives);
  if (!us) return tl::unexpected{us.error()};
  return Figures{*us, kernel_us};
}

/// Measures both daemons at the same time, with the same processes.
Result<std::array<Figures, 2>> measure_pair(const ProgramPair& pair) {
  auto daemons = start_pair(pair);
  if (!daemons) return tl::unexpected{daemons.error()};
  auto first = begin((*daemons)[0]);
  if (!first) return tl::unexpected{std::move(first.error()).within(pair[0])};
  auto second = begin((*daemons)[1]);
  if (!second) return tl::unexpected{std::move(second.error()).within(pair[1])};
  if (auto done = live_and_die(kPairedLives); !done) return tl::unexpected{done.error()};
  auto first_cost = finish((*daemons)[0], *first, kPairedLives);
  if (!first_cost) return tl::unexpected{std::move(first_cost.error()).within(pair[0])};
  auto second_cost = finish((*daemons)[1], *second, kPairedLives);
  if (!second_cost) return tl::unexpected{std::move(second_cost.error()).within(pair[1])};
  return std::array<Figures, 2>{std::move(*first_cost), std::move(*second_cost)};
}

}  // namespace

Result<void> measure_lives(const Setup& setup, Report& report) {
  auto daemon = Exporter::procledger(setup.daemon);
  if (!daemon) return tl::unexpected{daemon.error()};
  Series cost;
  for (std::size_t round = 0; round < setup.rounds; ++round) {
    const auto before = sample_at(*daemon);
    if (!before) return tl::unexpected{before.error()};
    if (auto done = live_and_die(kLives); !done) return done;
    const auto us = us_per_life(*daemon, *before, kLives);
    if (!us) return tl::unexpected{us.error()};
    cost.add(*us);
  }
  report.add({.what = "the daemon's CPU us for a fork, exec and exit",
              .ours = with_range(cost, 2),
              .beside = {},
              .result = {},
              .goal = "at most " + fixed(kGoalUs, 0) + " us",
              .verdict = judge(cost.median() <= kGoalUs)});
  return {};
}

Result<void> pair_lives(const Setup& setup, PairedReport& report) {
  const auto statistics = count_program_time();
  if (!statistics) return tl::unexpected{statistics.error()};
  return report.measure(
      setup, {{"the daemon's CPU us for a fork, exec and exit", 2}, {"CPU us of its BPF programs for the same, by the kernel", 2}},
      measure_pair);
}

}  // namespace procledger::bench
