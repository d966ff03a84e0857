// SPDX-License-Identifier: Apache-2.0
// Usage of a group other than CPU time: without child usage, and complete when threads exit.
#include <gtest/gtest.h>

#include <iostream>

#include "support/clocks.hpp"
#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

class Usage : public DaemonTest {
 protected:
  void run(std::vector<std::string> argv, std::uint64_t processes) {
    auto load = Load::prepare(names_, 1, 1, std::move(argv));
    ASSERT_TRUE(load) << load.error().message;
    auto report = observe(*daemon_, names_, *load, processes);
    ASSERT_TRUE(report) << report.error().message;
    expect_exact_cpu(*report);
    report_ = std::move(*report);
  }

  [[nodiscard]] double growth(const char* metric, const std::string& name, LabelMap labels = {}) const {
    labels.emplace("group", names_.comm(name));
    return report_.growth({.name = metric, .labels = std::move(labels)});
  }

  UniqueNames names_;
  TempDir files_;
  TruthReport report_;
};

TEST_F(Usage, ShellThatRunsDdHasItsOwnBytesOnly) {
  const std::string file = (files_.path() / "file").string();
  run({names_.link("sh", "/bin/sh"), "-c",
       "i=0; while [ $i -lt 200 ]; do " + names_.link("dd", "/usr/bin/dd") + " status=none if=/dev/zero of=" + file +
           " bs=64k count=4; i=$((i+1)); done"},
      201);
  const LabelMap waited{{"group", names_.comm("sh")}, {"how", "waited"}};
  const auto reaped = [&] { return report_.after.value("procledger_group_reaped_children_total", waited).value_or(0); };
  EXPECT_TRUE(agree_twice(
      [&] {
        if (auto page = daemon_->scrape()) report_.after = std::move(*page);
        return reaped() >= 200;
      },
      kExitsAreReported));
  EXPECT_EQ(reaped(), 200);
  std::cout << "sh: wrote " << growth("procledger_group_storage_written_bytes_total", "sh") << " to storage, "
            << growth("procledger_group_io_written_bytes_total", "sh")
            << " by calls; dd: " << growth("procledger_group_storage_written_bytes_total", "dd") << " and "
            << growth("procledger_group_io_written_bytes_total", "dd") << "\n";
  EXPECT_EQ(growth("procledger_group_io_written_bytes_total", "dd"), 200 * 262144);
  EXPECT_EQ(growth("procledger_group_io_write_syscalls_total", "dd"), 200 * 4);
  EXPECT_GE(growth("procledger_group_storage_written_bytes_total", "dd"), 200 * 262144);
  EXPECT_LE(growth("procledger_group_io_written_bytes_total", "sh"), 4096);
  EXPECT_LE(growth("procledger_group_storage_written_bytes_total", "sh"), 65536) << "of the directory that it opens files in";
  EXPECT_EQ(growth("procledger_group_reaped_children_storage_written_bytes_total", "sh"),
            growth("procledger_group_storage_written_bytes_total", "dd"));
}

TEST_F(Usage, SwitchesOfThreadsThatEndStay) {
  run({names_.link("threads", "threads"), "8", "8", "2000"}, 1);
  EXPECT_GE(growth("procledger_group_context_switches_total", "threads", {{"type", "voluntary"}}), 8);
  EXPECT_LE(growth("procledger_group_context_switches_total", "threads"), 100'000) << "wrapped";
  EXPECT_GT(growth("procledger_group_page_faults_total", "threads", {{"type", "minor"}}), 10);
}

TEST_F(Usage, WaitingForABusyCpuIsSeen) {
  auto load = Load::prepare(names_, 4, 4, {names_.link("burn", "burn"), "200000"}, 0);  // four on one CPU
  ASSERT_TRUE(load) << load.error().message;
  auto report = observe(*daemon_, names_, *load, 4);
  ASSERT_TRUE(report) << report.error().message;
  report_ = std::move(*report);
  // Each of the four waits while the three others run: 3 x 0.8 s in total, less after the first one exits.
  EXPECT_GE(growth("procledger_group_runqueue_wait_seconds_total", "burn"), 1.5);
  EXPECT_GE(growth("procledger_group_context_switches_total", "burn", {{"type", "involuntary"}}), 20);
}

}  // namespace
}  // namespace procledger::test
