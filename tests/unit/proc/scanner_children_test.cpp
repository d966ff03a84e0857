// SPDX-License-Identifier: Apache-2.0
// The child usage of parents.
#include "scanner_test.hpp"

namespace procledger::proc {
namespace {

TEST_F(ProcScannerTest, WhatAParentReapedUnseenIsEstimated) {
  FakeProcess parent = FakeProcesses::single(42, kYoung, 70);
  processes_.put(parent);
  scan();
  parent.children_ticks = 30;
  parent.threads[0].cpu_ms = 71;
  processes_.put(parent);
  const ScanEvents events = scan();
  ASSERT_EQ(events.estimated.size(), 1U);
  EXPECT_EQ(events.estimated[0].process, (event::ProcessId{42, 42}));
  EXPECT_EQ(events.estimated[0].reaper, (event::ProcessId{42, 42}));
  EXPECT_EQ(events.estimated[0].start_boottime_ns, kYoung * kTickNs);
  EXPECT_EQ(events.estimated[0].user_ns + events.estimated[0].system_ns, 300 * kMs);
  EXPECT_TRUE(scan().estimated.empty());
}

TEST_F(ProcScannerTest, AReapedChildIsNoEstimateAndItsParentIsReadThoughItsClockStandsStill) {
  FakeProcess parent = FakeProcesses::single(42, kYoung, 70);
  processes_.put(parent);
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  scan();
  processes_.remove(43);
  parent.children_ticks = 32;
  processes_.put(parent);
  const ScanEvents events = scan();
  ASSERT_EQ(events.estimated.size(), 1U);
  EXPECT_EQ(events.estimated[0].user_ns, 20 * kMs) << "the time after the last scan";
  EXPECT_FALSE(events.releases.back().autoreaped);
}

// The scan that reads the child first also finds that the child is gone.
TEST_F(ProcScannerTest, AChildThatOneScanReadsAndFindsGoneIsNoEstimate) {
  FakeProcess parent = FakeProcesses::single(42, kYoung, 70);
  processes_.put(parent);
  scan();
  processes_.put(FakeProcesses::single(43, kYoung, 30, 42));
  int reads = 0;
  processes_.clock.on_read = [&](std::uint32_t tgid) {
    if (tgid != 43 || ++reads != 2) return;
    processes_.remove(43);
    parent.children_ticks = 3;
    processes_.put(parent);
  };
  const ScanEvents events = scan();
  ASSERT_NE(events.exit_of(43), nullptr);
  EXPECT_EQ(events.exit_of(43)->total.cpu_ns, 30 * kMs);
  EXPECT_TRUE(events.estimated.empty());
  EXPECT_TRUE(scan().estimated.empty()) << "the child usage of the parent has these 30 ms, which the child has reported";
}

TEST_F(ProcScannerTest, AChildThatNobodyWasCreditedWithIsAutoreaped) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  scan();
  processes_.remove(43);
  EXPECT_TRUE(scan().releases.back().autoreaped);
}

TEST_F(ProcScannerTest, OrphansShowTheirNewParentAtOnce) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  scan();
  processes_.remove(42);
  processes_.put(FakeProcesses::single(43, kYoung, 300, 1));
  EXPECT_EQ(scan().sample(43)->parent, (event::ProcessId{1, 1}));
}

TEST_F(ProcScannerTest, EstimateBelongsToChildrenWhoseExitsAreReported) {
  scanner_ = std::make_unique<ProcScanner>(
      ProcScanner::Options{.procfs = processes_.tree.root(), .attached_ns = kAttachedTicks * kTickNs, .ends_are_reported = true},
      ProcessFiles{processes_.tree.root(), {.schedstat = true}, CgroupIds{"", ""}}, processes_.clock);
  processes_.put(FakeProcesses::single(42, kYoung, 10));
  processes_.put(FakeProcesses::single(43, kYoung, 10));
  scan();
  processes_.remove(42);
  processes_.remove(43);
  init_has_reaped(10);
  const ScanEvents events = scan();
  ASSERT_EQ(events.estimated.size(), 2U);
  EXPECT_EQ(events.estimated[0].user_ns + events.estimated[1].user_ns, 80 * kMs);
  EXPECT_EQ(events.estimated[0].user_ns, 40 * kMs);
  EXPECT_NE(events.estimated[0].process, events.estimated[1].process);
  EXPECT_EQ(events.estimated[0].reaper, (event::ProcessId{1, 1}));
  EXPECT_EQ(events.estimated[0].start_boottime_ns, kYoung * kTickNs);
}

}  // namespace
}  // namespace procledger::proc
