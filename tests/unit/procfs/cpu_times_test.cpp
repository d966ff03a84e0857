// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/proc_fs.hpp"

#include <gtest/gtest.h>

namespace procledger::procfs {
namespace {

TEST(CpuTimesParser, ReadsTheSumLineInNanoseconds) {
  const auto times = parse_cpu_times("cpu  10 20 30 40 50 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n", 100);
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->idle_ns, 900'000'000U);
  EXPECT_EQ(times->irq_ns, 60'000'000U);
  EXPECT_EQ(times->softirq_ns, 70'000'000U);
  EXPECT_EQ(times->steal_ns, 80'000'000U);
}

TEST(CpuTimesParser, EightNumbersAreEnough) { EXPECT_TRUE(parse_cpu_times("cpu 1 2 3 4 5 6 7 8", 100)); }

TEST(CpuTimesParser, OtherTextIsMalformed) {
  for (const char* text : {"", "cpu", "cpu  1 2 3 4 5 6 7", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3 4 5 6 7 x", "cpu 1 2 3 4 5 -6 7 8"}) {
    const auto times = parse_cpu_times(text, 100);
    ASSERT_FALSE(times) << text;
    EXPECT_EQ(times.error().kind, ErrorKind::kMalformed);
  }
}

}  // namespace
}  // namespace procledger::procfs
