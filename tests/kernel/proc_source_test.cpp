// SPDX-License-Identifier: Apache-2.0
// The source proc, compared with the CPU time that the kernel charged to a cgroup.
#include "sources/proc/proc_source.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/actor.hpp"
#include "support/clocks.hpp"
#include "support/load.hpp"
#include "support/machine_costs.hpp"
#include "support/test_pipeline.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kTickNs = 10'000'000;           ///< of USER_HZ
constexpr std::uint64_t kSchedulerTickNs = 10'000'000;  ///< longest tick (HZ=100): maximum age of a running task's total

class ProcSource : public testing::Test {
 protected:
  void SetUp() override {
    auto pipeline = TestPipeline::open(proc::open_proc_source({}));
    ASSERT_TRUE(pipeline) << pipeline.error().message;
    pipeline_ = std::move(*pipeline);
  }
  void collect() {
    const auto collected = pipeline_->collect();
    ASSERT_TRUE(collected) << collected.error().message;
    const std::uint64_t total = pipeline_->ledger().tasks_cpu_ns();
    EXPECT_GE(total, last_total_ns_);
    last_total_ns_ = total;
    const ledger::Account ours = pipeline_->sum(names_.prefix());
    for (const auto figure : event::kTaskCounters) EXPECT_GE(ours.total.*figure, last_.total.*figure) << "fell";
    EXPECT_GE(ours.estimated.user_ns, last_.estimated.user_ns);
    EXPECT_GE(ours.estimated.system_ns, last_.estimated.system_ns);
    last_ = ours;
  }
  void start(const std::vector<std::string>& steps) {
    auto cgroup = CpuCgroup::create("procledger-test-" + names_.prefix() + std::to_string(monotonic_ns()));
    ASSERT_TRUE(cgroup) << cgroup.error().message;
    cgroup_ = std::make_unique<CpuCgroup>(std::move(*cgroup));
    auto actor = Actor::start(names_.link("act", "act"), steps, *cgroup_);
    ASSERT_TRUE(actor) << actor.error().message;
    actor_ = std::make_unique<Actor>(std::move(*actor));
  }
  /// Scans every 50 ms until the actor's next pause, and once more.
  template <typename Judge>
  int collect_until_pause(Judge judge) {
    std::atomic<bool> done = false;
    Result<void> paused;
    std::thread waiting{[&] {
      paused = actor_->to_pause();
      done = true;
    }};
    int collections = 0;
    for (; !done; ++collections) {
      collect();
      judge();
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    waiting.join();
    EXPECT_TRUE(paused) << paused.error().message;
    collect();
    return collections;
  }
  [[nodiscard]] std::uint64_t charged_ns() const { return last_.total.cpu_ns; }
  [[nodiscard]] std::uint64_t estimated_ns() const { return last_.estimated.user_ns + last_.estimated.system_ns; }

  std::unique_ptr<TestPipeline> pipeline_;
  UniqueNames names_;
  std::unique_ptr<CpuCgroup> cgroup_;
  std::unique_ptr<Actor> actor_;
  ledger::Account last_;
  std::uint64_t last_total_ns_{};
};

TEST_F(ProcSource, LivingProcessesAreExactToATick) {
  constexpr std::uint64_t kBurners = 3;
  auto load = Load::prepare(names_, kBurners, kBurners, {names_.link("burn", "burn"), "2000000"});
  ASSERT_TRUE(load) << load.error().message;
  collect();
  const std::uint64_t charged_before = charged_ns();
  const std::uint64_t usage_before = load->cgroup().usage_ns();
  load->go();
  std::uint64_t worst = 0;
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{150});
    const std::uint64_t before = load->cgroup().usage_ns() - usage_before;
    collect();
    const std::uint64_t after = load->cgroup().usage_ns() - usage_before;
    const std::uint64_t shown = charged_ns() - charged_before;
    EXPECT_LE(shown, after + kSchedulerTickNs);
    EXPECT_GE(shown + (kBurners + 1) * kSchedulerTickNs, before);
    worst = std::max(worst, before > shown ? before - shown : shown - std::min(shown, after));
  }
  std::cout << "worst " << static_cast<double>(worst) / 1e6 << " ms for " << kBurners << " burners\n";
  ASSERT_TRUE(load->wait(kHangDeadline));
}

TEST_F(ProcSource, WhatLivedBetweenTwoCollectionsIsEstimated) {
  start({"pause", "times", "200", "{", "fork", "{", "burn", "10000", "}", "join", "}", "pause"});
  collect();
  const std::uint64_t shown_before = charged_ns() + estimated_ns();
  const std::uint64_t usage_before = cgroup_->usage_ns();
  ASSERT_TRUE(actor_->to_pause());
  const std::uint64_t truth = cgroup_->usage_ns() - usage_before;
  collect();
  const std::uint64_t shown = charged_ns() + estimated_ns() - shown_before;
  std::cout << "truth " << static_cast<double>(truth) / 1e6 << " ms, shown " << static_cast<double>(shown) / 1e6 << " ms, of it estimated "
            << static_cast<double>(estimated_ns()) / 1e6 << " ms\n";
  EXPECT_GE(shown, truth * 9 / 10);
  EXPECT_LE(shown, truth + 2 * kTickNs);
  ASSERT_TRUE(actor_->to_end());
}

TEST_F(ProcSource, NothingFallsOrCountsTwiceWhileThousandsComeAndGo) {
  start({"pause", "times", "500", "{", "times", "4", "{", "fork", "{", "burn", "1500", "}", "}", "join", "}", "pause"});
  collect();
  const std::uint64_t shown_before = charged_ns() + estimated_ns();
  const std::uint64_t usage_before = cgroup_->usage_ns();
  const int scans = collect_until_pause([&] {
    const std::uint64_t used = cgroup_->usage_ns() - usage_before;
    EXPECT_LE(charged_ns() + estimated_ns() - shown_before, used + 2 * kTickNs);
  });
  collect();
  const std::uint64_t truth = cgroup_->usage_ns() - usage_before;
  const std::uint64_t shown = charged_ns() + estimated_ns() - shown_before;
  std::cout << scans << " scans, truth " << static_cast<double>(truth) / 1e6 << " ms, shown " << static_cast<double>(shown) / 1e6
            << " ms, of it estimated " << static_cast<double>(estimated_ns()) / 1e6 << " ms, losses " << pipeline_->losses() << "\n";
  // A child may be read, exit and be reaped in one scan. /proc shows child usage in whole ticks, user and system time each rounded down.
  EXPECT_LE(shown, truth + 2 * kTickNs);
  EXPECT_GE(shown, truth * 97 / 100);
  ASSERT_TRUE(actor_->to_end());
}

TEST_F(ProcSource, WhatReapedChildrenWroteIsNotTheirParents) {
  constexpr std::uint64_t kBytes = 20'000'000;
  const TempDir files;
  const std::string file = (files.path() / "file").string();
  const std::string writer = names_.link("writer", "writer");
  start({"pause", "fork", "{", "exec", writer, std::to_string(kBytes), "300000", file, "}", "join", "pause"});
  collect();
  collect_until_pause([] {});
  EXPECT_GE(last_.total.call_written_bytes, kBytes) << "while it lived";
  EXPECT_LE(last_.total.call_written_bytes, kBytes + 4096) << "once";
  const ledger::ProcessPtr parent = pipeline_->process(actor_->pid());
  ASSERT_TRUE(parent);
  EXPECT_LE(parent->own.call_written_bytes, 4096U);
  ASSERT_TRUE(actor_->to_end());
}

// After exec from a thread, /proc shows this thread under the TID of the leader.
TEST_F(ProcSource, AnExecFromAThreadCountsNothingTwice) {
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  start({"pause", "burn", "30000", "thread", "t", "{", "burn", "60000", "pause", "exec", names_.link("act2", "act"), "pause", "burn",
         "20000", "pause", "}", "join"});
  collect();
  const std::uint64_t shown_before = charged_ns() + estimated_ns();
  const std::uint64_t usage_before = cgroup_->usage_ns();
  for (int pause = 0; pause < 3; ++pause) {
    ASSERT_TRUE(actor_->to_pause());
    collect();
    const std::uint64_t truth = cgroup_->usage_ns() - usage_before;
    const std::uint64_t shown = charged_ns() + estimated_ns() - shown_before;
    std::cout << "truth " << static_cast<double>(truth) / 1e6 << " ms, shown " << static_cast<double>(shown) / 1e6 << " ms\n";
    EXPECT_LE(shown, truth + costs->thread_ns) << pause;
    EXPECT_GE(shown + costs->life_ns, truth) << pause;
  }
  ASSERT_TRUE(actor_->to_end());
}

/// Mean CPU time of reading the stat file of one process on this machine.
std::uint64_t cost_of_a_stat_file_ns() {
  std::array<char, 1024> text{};
  std::uint64_t files = 0;
  const std::uint64_t before = process_cpu_ns(::getpid()).value_or(0);
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    if (entry.path().filename().string().find_first_not_of("0123456789") != std::string::npos) continue;
    const UniqueFd file{::open((entry.path() / "stat").c_str(), O_RDONLY | O_CLOEXEC)};
    if (file && ::read(file.get(), text.data(), text.size()) > 0) ++files;
  }
  return (process_cpu_ns(::getpid()).value_or(0) - before) / std::max<std::uint64_t>(files, 1);
}

TEST_F(ProcSource, TenThousandSleepersCostLittle) {
  auto sleepers = Child::spawn(
      {.argv = {names_.link("sleep", "sleepers"), "10000", "100", names_.prefix()}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(sleepers) << sleepers.error().message;
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return sleepers->out().find("asleep") != std::string::npos; }));
  const auto used_ns = [] { return process_cpu_ns(::getpid()).value_or(0); };
  const std::uint64_t first = used_ns();
  collect();
  std::cout << "first collection: " << static_cast<double>(used_ns() - first) / 1e6 << " ms\n";
  constexpr std::uint64_t kCollections = 16;
  const std::uint64_t before = used_ns();
  for (std::uint64_t i = 0; i < kCollections; ++i) collect();
  const std::uint64_t each_ns = (used_ns() - before) / kCollections;
  const std::uint64_t processes = pipeline_->ledger().live_processes();
  std::cout << processes << " processes: " << static_cast<double>(each_ns) / 1e6 << " ms a collection, ledger included\n";
  EXPECT_GE(processes, 10'000U);
  const std::uint64_t file_ns = cost_of_a_stat_file_ns();
  std::cout << "a stat file costs " << static_cast<double>(file_ns) / 1e3 << " us to read\n";
  EXPECT_LE(each_ns / processes, 3 * file_ns) << "process-exporter takes 320 us where this takes 10";
}

}  // namespace
}  // namespace procledger::test
