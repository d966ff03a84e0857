// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/task_status.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::procfs {
namespace {

constexpr const char* kStatus =
    "Name:\tcat\\nUid:\t7\nUid:\t1\t2\t3\t4\nVmPeak:\t    9060 kB\nVmSize:\t    3060 kB\nVmHWM:\t    1700 kB\nVmRSS:\t    1632 kB\n"
    "RssAnon:\t     112 kB\nRssFile:\t    1520 kB\nRssShmem:\t       4 kB\nVmSwap:\t       8 kB\nHugetlbPages:\t    4096 "
    "kB\nSigIgn:\t0000000000010000\n"
    "voluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t3\n";

TEST(TaskStatus, TakesEachValue) {
  const auto status = parse_task_status(kStatus);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->effective_uid, 2U);
  EXPECT_EQ(status->voluntary_switches, 17U);
  EXPECT_EQ(status->involuntary_switches, 3U);
  EXPECT_TRUE(status->ignores_children);
  ASSERT_TRUE(status->memory);
  EXPECT_EQ(status->memory->anonymous, 112U * 1024);
  EXPECT_EQ(status->memory->file, 1520U * 1024);
  EXPECT_EQ(status->memory->shared, 4U * 1024);
  EXPECT_EQ(status->memory->swapped, 8U * 1024);
  EXPECT_EQ(status->memory->mapped, 3060U * 1024);
  EXPECT_EQ(status->memory->peak, 1700U * 1024);
  EXPECT_EQ(status->memory->huge_pages, 4096U * 1024);
}

TEST(TaskStatus, KernelThreadHasNoMemory) {
  const auto status = parse_task_status("Name:\tkthreadd\nUid:\t0\t0\t0\t0\nSigIgn:\tffffffffffffffff\n");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_FALSE(status->memory);
}

TEST(TaskStatus, OtherSignalsAreNotChildren) {
  const auto status = parse_task_status("Uid:\t0\t0\t0\t0\nSigIgn:\tfffffffffffeffff\n");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_FALSE(status->ignores_children);
}

TEST(TaskStatus, WithoutUidIsMalformed) {
  for (const char* text : {"", "Name:\tx\n", "Uid:\t1\n", "Uid:\tx\ty\n"}) {
    const auto status = parse_task_status(text);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().kind, ErrorKind::kMalformed);
  }
}

TEST(TaskIo, TakesEachValue) {
  const auto io = parse_task_io("rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 7\n");
  ASSERT_TRUE(io) << io.error().message;
  EXPECT_EQ(io->call_read_bytes, 1U);
  EXPECT_EQ(io->call_written_bytes, 2U);
  EXPECT_EQ(io->call_reads, 3U);
  EXPECT_EQ(io->call_writes, 4U);
  EXPECT_EQ(io->storage_read_bytes, 5U);
  EXPECT_EQ(io->storage_written_bytes, 6U);
  EXPECT_EQ(io->storage_cancelled_bytes, 7U);
}

TEST(TaskIo, ShortTextIsMalformed) { EXPECT_FALSE(parse_task_io("rchar: 1\nwchar: 2\n")); }

}  // namespace
}  // namespace procledger::procfs
