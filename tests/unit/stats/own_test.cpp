// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/own_usage.hpp"

#include <gtest/gtest.h>

namespace procledger::stats {
namespace {

Io io(std::uint64_t calls, std::uint64_t bytes) {
  return {.read_calls = calls, .write_calls = calls, .read_bytes = bytes, .written_bytes = bytes};
}

ThreadReading thread(std::uint64_t start_boottime_ns, std::uint64_t calls, std::uint64_t switches) {
  return {.start_boottime_ns = start_boottime_ns,
          .io = io(calls, calls * 100),
          .switches = {.voluntary = switches, .involuntary = switches / 2}};
}

/// A process with two running threads. An exited thread made 30 more calls.
Reading two_threads() {
  Reading reading;
  reading.by_thread = {{10, thread(1, 50, 8)}, {11, thread(2, 20, 4)}};
  reading.with_children = io(100, 10'000);
  return reading;
}

TEST(StatsOwn, TheProcessesFileIsItsOwnUntilItReapsSomebody) {
  EXPECT_EQ(own_of(two_threads()).io, io(100, 10'000));
  Reading parent = two_threads();
  parent.reaped_children = true;
  EXPECT_EQ(own_of(parent).io, io(70, 7'000));
}

TEST(StatsOwn, SwitchesAreThoseOfAllThreads) { EXPECT_EQ(own_of(two_threads()).switches, (Switches{.voluntary = 12, .involuntary = 6})); }

TEST(StatsOwn, WhatMayNotBeReadIsNotZero) {
  Reading hidden = two_threads();
  hidden.with_children.reset();
  EXPECT_EQ(own_of(hidden).io, std::nullopt);
  hidden = two_threads();
  hidden.reaped_children = true;
  hidden.by_thread.at(11).io.reset();
  EXPECT_EQ(own_of(hidden).io, std::nullopt);
}

TEST(StatsGrowth, CountsEndedThreadsAsLongAsNobodyWasReaped) {
  Reading after = two_threads();
  after.with_children = io(160, 16'000);
  after.by_thread.erase(11);
  EXPECT_EQ(growth(two_threads(), after, std::nullopt).io, io(60, 6'000));
}

TEST(StatsGrowth, ReapingIsNoGrowth) {
  Reading after = two_threads();
  after.with_children = io(100'000, 10'000'000);
  after.reaped_children = true;
  after.by_thread.at(10) = thread(1, 53, 9);
  const Own grown = growth(two_threads(), after, std::nullopt);
  EXPECT_EQ(grown.io, io(3, 300));
  EXPECT_EQ(grown.switches, (Switches{.voluntary = 1, .involuntary = 0}));
}

TEST(StatsGrowth, ANewThreadCountsWholeAndOneWithAnotherBirthIsNew) {
  Reading after = two_threads();
  after.reaped_children = true;
  after.by_thread[12] = thread(3, 7, 2);
  after.by_thread.at(11) = thread(9, 5, 2);
  EXPECT_EQ(growth(two_threads(), after, std::nullopt).io, io(12, 1'200));
}

TEST(StatsGrowth, AThreadThatTookItsLeadersPlaceDoesNotWrap) {
  Reading after = two_threads();
  after.reaped_children = true;
  after.by_thread = {{10, thread(1, 2, 1)}};
  const Own grown = growth(two_threads(), after, std::nullopt);
  EXPECT_EQ(grown.io, io(0, 0));
  EXPECT_EQ(grown.switches, (Switches{}));
}

TEST(StatsGrowth, WhoFollowedEveryThreadIsBelieved) {
  event::TaskCounters followed;
  followed.call_reads = 1;
  followed.call_writes = 2;
  followed.storage_read_bytes = 3;
  followed.storage_written_bytes = 4;
  followed.voluntary_switches = 5;
  followed.involuntary_switches = 6;
  Reading after = two_threads();
  after.with_children = io(100'000, 10'000'000);
  const Own grown = growth(two_threads(), after, followed);
  EXPECT_EQ(grown.io, (Io{.read_calls = 1, .write_calls = 2, .read_bytes = 3, .written_bytes = 4}));
  EXPECT_EQ(grown.switches, (Switches{.voluntary = 5, .involuntary = 6}));
}

TEST(StatsGrowth, CpuTimeIsTheClocksSplitAsTheTicksGrew) {
  Reading before;
  before.cpu = {.user_ns = 1'000'000'000, .system_ns = 1'000'000'000};
  Reading after;
  after.cpu = {.user_ns = 1'030'000'000, .system_ns = 1'010'000'000};
  EXPECT_EQ(growth(before, after, std::nullopt).cpu, (Cpu{.user_ns = 30'000'000, .system_ns = 10'000'000}));
  after.cpu = {.user_ns = 1'050'000'000, .system_ns = 990'000'000};  // the ratio moved
  EXPECT_EQ(growth(before, after, std::nullopt).cpu, (Cpu{.user_ns = 40'000'000, .system_ns = 0}));
  EXPECT_EQ(growth(after, before, std::nullopt).cpu.total_ns(), 0U);
}

}  // namespace
}  // namespace procledger::stats
