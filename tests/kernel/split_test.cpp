// SPDX-License-Identifier: Apache-2.0
// User and system time of a group have the ratio of the kernel's ticks, also for processes that are shorter than a tick.
#include <gtest/gtest.h>

#include <iostream>

#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr double kPoints = 0.05;

class CpuSplit : public DaemonTest {
 protected:
  /// Compares the exported share of system time of the whole load with the cgroup's ticks.
  void judge(std::uint64_t count, std::uint64_t parallel, std::vector<std::string> argv, double at_least, double at_most) {
    auto load = Load::prepare(names_, count, parallel, std::move(argv));
    ASSERT_TRUE(load) << load.error().message;
    const auto report = observe(*daemon_, names_, *load, count);
    ASSERT_TRUE(report) << report.error().message;
    expect_exact_cpu(*report);
    const double user = report->growth({.name = kGroupCpu, .labels = {{"mode", "user"}}, .group_prefix = names_.prefix()});
    const double system = report->growth({.name = kGroupCpu, .labels = {{"mode", "system"}}, .group_prefix = names_.prefix()});
    const double ticks = static_cast<double>(report->split.user_ns + report->split.system_ns);
    ASSERT_GT(ticks, 0);
    const double truth = static_cast<double>(report->split.system_ns) / ticks;
    const double shown = system / (user + system);
    std::cout << "system share: kernel " << truth << ", shown " << shown << "\n";
    EXPECT_NEAR(shown, truth, kPoints);
    EXPECT_GE(truth, at_least) << "the load is not what this test needs";
    EXPECT_LE(truth, at_most) << "the load is not what this test needs";
  }

  UniqueNames names_;
};

TEST_F(CpuSplit, ThreeThousandShortProcesses) { judge(3000, 4, {names_.link("true", "/bin/true")}, 0.2, 1); }

TEST_F(CpuSplit, LongRunnerInTheKernel) { judge(1, 1, {names_.link("syscall", "syscalls"), "3000"}, 0.8, 1); }

TEST_F(CpuSplit, LongRunnerInUserMode) { judge(1, 1, {names_.link("burn", "burn"), "3000000"}, 0, 0.2); }

}  // namespace
}  // namespace procledger::test
