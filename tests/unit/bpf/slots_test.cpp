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

TEST(SlotIdle, UnknownOffsetLeavesTheOpenIntervalOut) {
  pl_slot slot{};
  slot.idle_since = 9'000;
  EXPECT_EQ(idle_until(slot, 10'000), 0u);
}

}  // namespace
}  // namespace procledger::bpf
