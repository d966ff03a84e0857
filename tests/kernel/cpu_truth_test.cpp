// SPDX-License-Identifier: Apache-2.0
// The CPU time of a load's groups equals the CPU time that the kernel charged to the load's cgroup, and every exit counts once.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <string>

#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/machine_costs.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using std::chrono_literals::operator""s;

class CpuTruth : public DaemonTest {
 protected:
  /// Runs `argv` `count` times, and expects exits of `processes` processes plus the launcher.
  void observe_load(std::uint64_t count, std::uint64_t parallel, std::vector<std::string> argv, std::uint64_t processes) {
    auto load = Load::prepare(names_, count, parallel, std::move(argv));
    ASSERT_TRUE(load) << load.error().message;
    auto report = observe(*daemon_, names_, *load, processes);
    ASSERT_TRUE(report) << report.error().message;
    report_ = std::move(*report);
    expect_exact_cpu(report_);
    EXPECT_EQ(report_.growth({.name = kGroupExits, .group_prefix = names_.prefix()}), static_cast<double>(processes + 1));
    EXPECT_EQ(report_.exits(names_.comm("launch"), "ok"), 1);
  }

  UniqueNames names_;
  TruthReport report_;
};

TEST_F(CpuTruth, FifteenHundredBurnersFourAtATime) {
  observe_load(1500, 4, {names_.link("burn", "burn"), "10000"}, 1500);
  EXPECT_EQ(report_.exits(names_.comm("burn"), "ok"), 1500);
  EXPECT_GE(report_.truth_seconds, 15.0) << "the load did not do its work";
}

TEST_F(CpuTruth, TwoThousandTrueFromAShellLoop) {
  const std::string program = names_.link("true", "/bin/true");
  observe_load(1, 1, {names_.link("sh", "/bin/sh"), "-c", "i=0; while [ $i -lt 2000 ]; do " + program + "; i=$((i+1)); done"}, 2001);
  EXPECT_EQ(report_.exits(names_.comm("true"), "ok"), 2000);
  EXPECT_EQ(report_.exits(names_.comm("sh"), "ok"), 1);
}

TEST_F(CpuTruth, FiveHundredThreadsOfAMillisecond) {
  observe_load(1, 1, {names_.link("threads", "threads"), "500", "4", "1000"}, 1);
  EXPECT_EQ(report_.exits(names_.comm("threads")), 1) << "threads are not processes";
  EXPECT_GE(report_.truth_seconds, 0.5);
}

TEST_F(CpuTruth, ExecFromAThreadThatIsNotTheLeader) {
  observe_load(200, 4, {names_.link("before", "thread_exec"), "1000", names_.link("after", "burn"), "1000"}, 200);
  EXPECT_EQ(report_.exits(names_.comm("after"), "ok"), 200);
  EXPECT_EQ(report_.exits(names_.comm("before")), 0) << "exec is not an exit";
  // Leader and thread use 1 ms each before the exec, and the leader goes on until the exec stops it. The program uses 1 ms after the exec.
  const double before = report_.growth({.name = kGroupCpu, .labels = {{"group", names_.comm("before")}}});
  const double after = report_.growth({.name = kGroupCpu, .labels = {{"group", names_.comm("after")}}});
  EXPECT_GE(after, 0.19);
  EXPECT_GE(before, 0.38);
}

TEST_F(CpuTruth, LeaderThatEndsBeforeItsThreads) {
  observe_load(20, 4, {names_.link("headless", "leader_exits"), "4", "2000"}, 20);
  EXPECT_EQ(report_.exits(names_.comm("headless"), "ok"), 20);
  EXPECT_GE(report_.truth_seconds, 20 * 9 * 0.002);
}

TEST_F(CpuTruth, MemoryFreedInTheExitTail) {
  observe_load(1, 1, {names_.link("hog", "hog"), "1500000000"}, 1);
  EXPECT_EQ(report_.exits(names_.comm("hog"), "ok"), 1);
}

TEST_F(CpuTruth, ProcessesKilledByASignal) {
  observe_load(50, 4, {names_.link("die", "die"), std::to_string(SIGKILL), "2000"}, 50);
  EXPECT_EQ(report_.load.signal, 50u);
  EXPECT_EQ(report_.exits(names_.comm("die"), "signal"), 50);
}

TEST_F(CpuTruth, ProcessesThatFail) {
  observe_load(50, 4, {names_.link("burn", "burn"), "1000", "7"}, 50);
  EXPECT_EQ(report_.load.error, 50u);
  EXPECT_EQ(report_.exits(names_.comm("burn"), "error"), 50);
}

TEST_F(CpuTruth, ChildrenOfAParentThatIgnoresThem) {
  observe_load(4, 2, {names_.link("ignore", "ignore_chld"), "100", "4", "1000"}, 404);
  EXPECT_EQ(report_.exits(names_.comm("ignore"), "ok"), 404);
}

TEST_F(CpuTruth, ForkStormOnEveryCpu) {
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  auto load = Load::prepare(names_, 1, 1, {names_.link("storm", "storm"), "10000"});
  ASSERT_TRUE(load) << load.error().message;
  auto report = observe(*daemon_, names_, *load, 0);
  ASSERT_TRUE(report) << report.error().message;
  expect_exact_cpu(*report);
  const double made = std::stod(report->load.out);
  std::cout << made << " processes\n";
  EXPECT_GE(made, report->truth_seconds / costs->life_seconds() / 4) << "not a storm";
  EXPECT_EQ(report->exits(names_.comm("storm")), made + 1);
}

// A common load: a shell with pipes, subshells and background jobs.
TEST_F(CpuTruth, ShellPipelines) {
  const std::string yes = names_.link("yes", "/usr/bin/yes");
  const std::string head = names_.link("head", "/usr/bin/head");
  const std::string script = "i=0; while [ $i -lt 100 ]; do " + yes + " | " + head + " -c 100000 >/dev/null; (:) & wait; i=$((i+1)); done";
  observe_load(1, 1, {names_.link("sh", "/bin/sh"), "-c", script}, 301);
  EXPECT_EQ(report_.exits(names_.comm("yes"), "signal"), 100) << "SIGPIPE";
  EXPECT_EQ(report_.exits(names_.comm("head"), "ok"), 100);
}

}  // namespace
}  // namespace procledger::test
