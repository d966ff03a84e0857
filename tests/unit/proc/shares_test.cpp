// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/thread_shares.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace procledger::proc {
namespace {

event::TaskCounters cpu(std::uint64_t ns) { return {.cpu_ns = ns}; }
Share share(std::uint64_t emitted, std::uint64_t now) { return {.emitted = cpu(emitted), .now = cpu(now)}; }

TEST(Shares, WhatNoThreadShowsIsTheRest) {
  std::array threads{share(0, 40), share(0, 30)};
  event::TaskCounters rest;
  share_out(cpu(100), threads, cpu(20), rest);
  EXPECT_EQ(rest.cpu_ns, 10U);
  EXPECT_EQ(threads[0].now.cpu_ns, 40U);
}

TEST(Shares, TheSumIsReadFirstSoLaterProgressWaits) {
  std::array threads{share(40, 60)};
  event::TaskCounters rest = cpu(10);
  share_out(cpu(60), threads, {}, rest);
  EXPECT_EQ(threads[0].now.cpu_ns, 50U);
  EXPECT_EQ(rest.cpu_ns, 10U) << "the rest never falls";
}

TEST(Shares, NoThreadFalls) {
  std::array threads{share(100, 5)};  // exec: another thread in place of the leader
  event::TaskCounters rest;
  share_out(cpu(106), threads, cpu(5), rest);
  EXPECT_EQ(threads[0].now.cpu_ns, 100U);
  EXPECT_EQ(rest.cpu_ns, 1U);
}

TEST(Shares, AThreadThatTookItsLeadersPlaceCountsOnce) {
  std::array threads{share(5, 101)};  // the thread had 100, as reported
  event::TaskCounters rest;
  share_out(cpu(106), threads, cpu(100), rest);
  EXPECT_EQ(threads[0].now.cpu_ns + rest.cpu_ns + 100, 106U);
  std::array later{share(threads[0].now.cpu_ns, 151)};
  share_out(cpu(156), later, cpu(100), rest);
  EXPECT_EQ(later[0].now.cpu_ns + rest.cpu_ns + 100, 156U);
}

// Without CONFIG_SCHED_INFO, times of threads are in whole ticks.
TEST(Shares, CutTicksNeverMakeMoreThanTheProcessHas) {
  std::uint64_t emitted = 0;
  event::TaskCounters rest;
  for (std::uint64_t used = 0; used < 1000; used += 7) {
    std::array threads{share(emitted, used / 10 * 10)};
    share_out(cpu(used), threads, {}, rest);
    emitted = threads[0].now.cpu_ns;
    EXPECT_EQ(emitted + rest.cpu_ns, used);
  }
}

TEST(Shares, ValuesPerThreadHaveNoRest) {
  std::array threads{Share{.emitted = {}, .now = {.wait_ns = 7, .minor_faults = 3, .call_reads = 2}}};
  event::TaskCounters rest;
  share_out({.minor_faults = 5}, threads, {}, rest);
  EXPECT_EQ(rest, (event::TaskCounters{.minor_faults = 2}));
  EXPECT_EQ(threads[0].now.wait_ns, 7U);
  EXPECT_EQ(threads[0].now.call_reads, 2U);
}

}  // namespace
}  // namespace procledger::proc
