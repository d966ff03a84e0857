// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/cpu_slots.hpp"

#include <gtest/gtest.h>

namespace procledger::bpf {
namespace {

TEST(SlotIdle, ClosedIntervalsOnlyWhileATaskRuns) {
  pl_slot slot{};
  slot.idle_ns = 500;
  slot.learnt_clock = 1;
  EXPECT_EQ(idle_until(slot, 10'000), 500u);
}

TEST(SlotIdle, OpenIntervalCountsUpToNowOnTheRunQueueClock) {
  pl_slot slot{};
  slot.idle_ns = 500;
  slot.idle_since = 9'000;
  slot.learnt_clock = 1;
  slot.offset = -200;
  EXPECT_EQ(idle_until(slot, 10'000), 500u + 800u);
}

TEST(SlotIdle, ClockBehindTheSwitchInTakesNothingAway) {
  pl_slot slot{};
  slot.idle_ns = 500;
  slot.idle_since = 10'500;
  slot.learnt_clock = 1;
  EXPECT_EQ(idle_until(slot, 10'000), 500u);
}

TEST(SlotIdle, CpuThatWasOfflineAtLoadHasNone) { EXPECT_EQ(idle_until(pl_slot{}, 10'000), 0u); }

TEST(SlotIdle, BeforeTheFirstSwitchAnIdleCpuCountsFromLoadOnClockMonotonic) {
  pl_slot slot{};
  slot.task = 1;
  slot.idle_since = 9'000;
  EXPECT_EQ(idle_until(slot, 10'000), 1'000u);
}

TEST(SlotIdle, BeforeTheFirstSwitchABusyCpuHasNone) {
  pl_slot slot{};
  slot.task = 1;
  slot.clock = 7'000;
  EXPECT_EQ(idle_until(slot, 10'000), 0u);
}

// Load at 9,000; the first switch at 12,000 shows that the run-queue clock is 5,000 behind.
TEST(SlotIdle, FirstSwitchMovesNothing) {
  pl_slot before{};
  before.task = 1;
  before.idle_since = 9'000;
  pl_slot after = before;
  after.offset = -5'000;
  after.learnt_clock = 7'000;
  after.idle_since += static_cast<std::uint64_t>(after.offset);
  EXPECT_EQ(idle_until(after, 12'000), idle_until(before, 12'000)) << "still idle, by the other clock";
  after.idle_ns = 7'000 - after.idle_since;
  after.idle_since = 0;
  EXPECT_EQ(idle_until(after, 12'000), idle_until(before, 12'000)) << "closed";
}

}  // namespace
}  // namespace procledger::bpf
