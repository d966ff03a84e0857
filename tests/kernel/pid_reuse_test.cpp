// SPDX-License-Identifier: Apache-2.0
// The kernel reuses PIDs and addresses within seconds; usage of different processes must not mix.
#include <gtest/gtest.h>

#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

void judge(std::uint64_t processes) {
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  const auto pid_max = KernelSetting::set("/proc/sys/kernel/pid_max", "1500");
  ASSERT_TRUE(pid_max) << pid_max.error().message;
  const UniqueNames names;
  auto load = Load::prepare(names, processes, 4, {names.link("true", "true")});
  ASSERT_TRUE(load) << load.error().message;
  const auto report = observe(*daemon, names, *load, processes, std::chrono::minutes{10});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->load.ok, processes);
  expect_exact_cpu(*report);
  EXPECT_EQ(report->exits(names.comm("true"), "ok"), static_cast<double>(processes));
  EXPECT_EQ(report->exits(names.comm("launch")), 1);
}

TEST(PidReuse, SixThousandProcessesInFifteenHundredPids) {
  PROCLEDGER_REQUIRE_BPF();
  judge(6'000);
}

TEST(LongPidReuse, FortyThousandProcessesInFifteenHundredPids) {
  PROCLEDGER_REQUIRE_BPF();
  judge(40'000);
}

}  // namespace
}  // namespace procledger::test
