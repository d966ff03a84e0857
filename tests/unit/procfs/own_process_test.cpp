// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/own_process.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::procfs {
namespace {

// Fields 3 to 24 of proc(5), each with its own number as value.
constexpr std::string_view kOtherFields = " S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24\n";

TEST(StatTimes, TakesCpuAndStart) {
  const auto times = parse_stat_times("42 (procledger)" + std::string{kOtherFields}, 100);
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->cpu_ns, (14U + 15U) * 10'000'000U);
  EXPECT_EQ(times->start_boottime_ns, 22U * 10'000'000U);
  EXPECT_EQ(times->state, 'S');
}

TEST(StatTimes, CommMayLookLikeTheRest) {
  const auto times = parse_stat_times("42 (a) S 1 (\n2 3)" + std::string{kOtherFields}, 100);
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->cpu_ns, 290'000'000U);
}

TEST(StatTimes, TruncatedTextIsMalformed) {
  for (const char* text : {"", "42 procledger S 4", "42 (x) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21"}) {
    const auto times = parse_stat_times(text, 100);
    ASSERT_FALSE(times) << text;
    EXPECT_EQ(times.error().kind, ErrorKind::kMalformed);
  }
}

TEST(Statm, CountsInPages) {
  const auto sizes = parse_statm("100 7 5 1 0 3 0\n", 4096);
  ASSERT_TRUE(sizes) << sizes.error().message;
  EXPECT_EQ(sizes->virtual_bytes, 409'600U);
  EXPECT_EQ(sizes->resident_bytes, 28'672U);
}

TEST(Statm, OtherTextIsMalformed) {
  EXPECT_FALSE(parse_statm("100", 4096));
  EXPECT_FALSE(parse_statm("a b", 4096));
}

TEST(MaxFds, TakesTheSoftLimit) {
  const auto limit = parse_max_fds(
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max processes             7823                 7823                 processes \n"
      "Max open files            1024                 1048576              files     \n");
  ASSERT_TRUE(limit) << limit.error().message;
  EXPECT_EQ(*limit, 1024U);
}

TEST(MaxFds, UnlimitedIsAbsent) {
  const auto limit = parse_max_fds("Max open files            unlimited            unlimited            files     \n");
  ASSERT_TRUE(limit) << limit.error().message;
  EXPECT_FALSE(limit->has_value());
}

TEST(MaxFds, MissingLineIsMalformed) { EXPECT_FALSE(parse_max_fds("Max processes 1 2 processes\n")); }

}  // namespace
}  // namespace procledger::procfs
