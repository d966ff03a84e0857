// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/acct.h>

#include <cstddef>

#include "sources/taskstats/messages.hpp"
#include "unit/taskstats/messages.hpp"

namespace procledger::taskstats {
namespace {

Result<std::vector<ExitRecord>> decode(const Message& message) {
  std::vector<ExitRecord> records;
  return decode_exit_records(message.bytes(), kFamily, records).map([&] { return records; });
}

TEST(TaskstatsRecord, EveryValueArrivesUnderItsName) {
  const auto stats = figures(13);
  const auto records = decode(exit_message(43, bytes_of(stats)));
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 1u);
  const ExitRecord& record = records->front();
  EXPECT_EQ(record.version, 13);
  EXPECT_EQ(record.tid, 43u);
  EXPECT_EQ(record.tgid, 42u);
  EXPECT_EQ(record.ends_process, false);
  EXPECT_EQ(record.parent_tgid, 7u);
  EXPECT_EQ(record.uid, 1000u);
  EXPECT_EQ(record.exit_status, 0x300u);
  EXPECT_EQ(record.elapsed_ns, 2'000'000u);
  EXPECT_EQ(record.peak_bytes, 131'072u);
  EXPECT_EQ(record.comm.view(), "short-lived");
  EXPECT_EQ(record.total, (event::TaskCounters{.cpu_ns = 12'345'678,
                                               .user_ticks_ns = 3'000'000,
                                               .system_ticks_ns = 4'000'000,
                                               .wait_ns = 11,
                                               .voluntary_switches = 8,
                                               .involuntary_switches = 9,
                                               .minor_faults = 5,
                                               .major_faults = 6,
                                               .storage_read_bytes = 5120,
                                               .storage_written_bytes = 6144,
                                               .storage_cancelled_bytes = 7168,
                                               .call_read_bytes = 1024,
                                               .call_written_bytes = 2048,
                                               .call_reads = 3072,
                                               .call_writes = 4096}));
}

// Later versions only append fields, except version 15.
TEST(TaskstatsRecord, PlacesAreThoseOfTheKernelsHeader) {
  EXPECT_EQ(offsetof(::taskstats, cpu_run_virtual_total), 72u);
  EXPECT_EQ(offsetof(::taskstats, ac_comm), 80u);
  EXPECT_EQ(offsetof(::taskstats, nivcsw), 280u);
  EXPECT_EQ(offsetof(::taskstats, ac_tgid), 368u);
}

TEST(TaskstatsRecord, OldKernelSaysNothingOfTheProcess) {
  const auto stats = figures(10);
  const auto records = decode(exit_message(43, bytes_of(stats).first(offsetof(::taskstats, compact_count))));
  ASSERT_TRUE(records && records->size() == 1);
  EXPECT_FALSE(records->front().tgid);
  EXPECT_FALSE(records->front().ends_process);
  EXPECT_EQ(records->front().total.cpu_ns, 12'345'678u);
}

TEST(TaskstatsRecord, LastTaskOfAProcessSaysSo) {
  auto stats = figures(13);
  stats.ac_flag = AGROUP;
  EXPECT_EQ(decode(exit_message(43, bytes_of(stats)))->front().ends_process, true);
}

TEST(TaskstatsRecord, SumsOfAProcessEndItOnOldKernelsToo) {
  const auto stats = figures(10);
  auto message = exit_message(43, bytes_of(stats));
  message.attribute(TASKSTATS_TYPE_AGGR_TGID, nest(TASKSTATS_TYPE_TGID, 42, bytes_of(stats)));
  const auto records = decode(message);
  ASSERT_TRUE(records && records->size() == 1);
  EXPECT_EQ(records->front().tgid, 42u);
  EXPECT_EQ(records->front().ends_process, true);
}

// Linux 6.14 and 6.15 inserted six fields before cpu_run_real_total, four before ac_btime64, and two after compact_delay_total.
TEST(TaskstatsRecord, VersionFifteenHasItsValuesElsewhere) {
  const auto stats = figures(13);
  const auto old = bytes_of(stats);
  std::vector<std::byte> moved(old.begin(), old.end());
  const std::vector<std::byte> gap(16, std::byte{0xFF});
  for (const std::size_t place : {368u, 344u, 328u, 64u, 48u, 32u}) {
    moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(place), gap.begin(), gap.end());
  }
  moved[0] = std::byte{15};
  const auto records = decode(exit_message(43, moved));
  ASSERT_TRUE(records && records->size() == 1);
  EXPECT_EQ(records->front().total, decode(exit_message(43, old))->front().total);
  EXPECT_EQ(records->front().tgid, 42u);
  EXPECT_EQ(records->front().comm.view(), "short-lived");
}

TEST(TaskstatsRecord, UnknownAttributesAndFamiliesArePassedOver) {
  const auto stats = figures(17);
  auto message = exit_message(43, bytes_of(stats));
  message.attribute(999, bytes_of(stats));
  EXPECT_EQ(decode(message)->size(), 1u);
  std::vector<ExitRecord> records;
  EXPECT_TRUE(decode_exit_records(message.bytes(), kFamily + 1, records));
  EXPECT_TRUE(records.empty());
}

TEST(TaskstatsRecord, ShortRecordIsAnErrorWithoutValues) {
  const auto stats = figures(13);
  for (const std::size_t size : {0u, 1u, 2u, 100u, 287u, 371u}) {
    std::vector<ExitRecord> records;
    EXPECT_FALSE(decode_exit_records(exit_message(43, bytes_of(stats).first(size)).bytes(), kFamily, records)) << size;
    EXPECT_TRUE(records.empty()) << size;
  }
}

TEST(TaskstatsRecord, VersionsBeforeTheFirstKnownAreRefused) {
  const auto stats = figures(9);
  EXPECT_FALSE(decode(exit_message(43, bytes_of(stats))));
}

TEST(TaskstatsRecord, EveryCutOfADatagramIsSafe) {
  const auto stats = figures(13);
  auto message = exit_message(43, bytes_of(stats));
  const std::vector<std::byte> whole{message.bytes().begin(), message.bytes().end()};
  for (std::size_t size = 1; size < whole.size(); ++size) {
    std::vector<ExitRecord> records;
    EXPECT_FALSE(decode_exit_records(std::span{whole}.first(size), kFamily, records)) << size;
    EXPECT_TRUE(records.empty()) << size;
  }
}

TEST(TaskstatsRecord, CommWithoutTerminatorStaysInItsRoom) {
  auto stats = figures(13);
  std::memset(stats.ac_comm, 'x', sizeof(stats.ac_comm));
  EXPECT_EQ(decode(exit_message(43, bytes_of(stats)))->front().comm.view(), std::string(15, 'x'));
}

}  // namespace
}  // namespace procledger::taskstats
