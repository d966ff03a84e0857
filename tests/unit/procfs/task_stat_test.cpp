// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/task_stat.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::procfs {
namespace {

// Fields 3 to 24 of proc(5), each with its own number as value.
constexpr std::string_view kFields = " S 4 5 6 7 -8 2097152 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24\n";

TEST(TaskStat, TakesEachFieldFromItsPlace) {
  const std::string text = "42 (procledger)" + std::string{kFields};
  const auto stat = parse_task_stat(text, 100);
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(stat->comm, "procledger");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->ppid, 4U);
  EXPECT_TRUE(stat->kernel_thread);
  EXPECT_EQ(stat->minor_faults, 10U);
  EXPECT_EQ(stat->major_faults, 12U);
  EXPECT_EQ(stat->user_ns, 140'000'000U);
  EXPECT_EQ(stat->system_ns, 150'000'000U);
  EXPECT_EQ(stat->children_user_ns, 160'000'000U);
  EXPECT_EQ(stat->children_system_ns, 170'000'000U);
  EXPECT_EQ(stat->threads, 20U);
  EXPECT_EQ(stat->start_boottime_ns, 220'000'000U);
}

TEST(TaskStat, CommMayHoldAnything) {
  const std::string text = "42 (a) S 1 (\n2 3)" + std::string{kFields};
  const auto stat = parse_task_stat(text, 100);
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_EQ(stat->comm, "a) S 1 (\n2 3");
  EXPECT_EQ(stat->start_boottime_ns, 220'000'000U);
}

TEST(TaskStat, OtherTextIsMalformed) {
  for (const char* text :
       {"", "42", "42 )(", "42 (x", "42 (x)", "42 (x) S 4 5 6", "42 (x) S 4 5 6 7 8 9 10 11 12 13 14 y 16 17 18 19 20 21 22",
        "42 (x) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21"}) {
    const auto stat = parse_task_stat(text, 100);
    ASSERT_FALSE(stat) << text;
    EXPECT_EQ(stat.error().kind, ErrorKind::kMalformed);
  }
}

TEST(Schedstat, HasThreeNumbers) {
  const auto schedstat = parse_schedstat("123 45 6\n");
  ASSERT_TRUE(schedstat) << schedstat.error().message;
  EXPECT_EQ(schedstat->run_ns, 123U);
  EXPECT_EQ(schedstat->wait_ns, 45U);
  EXPECT_EQ(schedstat->slices, 6U);
  EXPECT_FALSE(parse_schedstat("1 2"));
  EXPECT_FALSE(parse_schedstat(""));
}

}  // namespace
}  // namespace procledger::procfs
