// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/snapshot_builder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger::metrics {
namespace {

constexpr std::size_t kRoomy = 128;

Snapshot of(GroupRow row) {
  Snapshot snapshot;
  snapshot.groups.push_back(std::move(row));
  return snapshot;
}

GroupRow group() { return {.name = "g", .labels = {}, .account = {}, .oldest_start_seconds = {}}; }

ThreadRow thread(std::uint32_t tid, std::string tname, std::uint64_t user_ns) {
  return {.daemon = "d", .pname = "p", .tname = std::move(tname), .pid = 1, .ppid = 0, .tid = tid, .cpu = {user_ns, 1}};
}

ProcessRow process(std::uint32_t pid, std::string comm, std::optional<std::uint64_t> resident) {
  return {.pid = pid, .comm = std::move(comm), .exe = "", .cmdline = "", .user = "", .cpu = {5, 7}, .resident_bytes = resident};
}

TEST(Details, TextIsMadeSafeAndBounded) {
  GroupRow row = group();
  row.thread_names = {{.name = "a\n\xFF", .living = 1, .total = {}, .cpu = {}}};
  row.threads = {thread(1, "t\x07", 1)};
  row.threads.front().daemon = "\x1b[31m";
  row.threads.front().pname = "\xC0";
  row.processes = {process(1, "\t", 1)};
  row.processes.front().exe = "/x\x7F";
  row.processes.front().cmdline = std::string(1000, 'a');
  row.processes.front().user = "r\xFE";
  Snapshot snapshot = of(row);
  make_details_safe(snapshot, kRoomy);
  const GroupRow& made = snapshot.groups.front();
  EXPECT_EQ(made.thread_names.front().name, "a\\n\xEF\xBF\xBD");
  EXPECT_EQ(made.threads.front().tname, "t\\x07");
  EXPECT_EQ(made.threads.front().daemon, "\\x1b[31m");
  EXPECT_EQ(made.threads.front().pname, "\xEF\xBF\xBD");
  EXPECT_EQ(made.processes.front().comm, "\\t");
  EXPECT_EQ(made.processes.front().exe, "/x\\x7f");
  EXPECT_EQ(made.processes.front().cmdline.size(), kRoomy);
  EXPECT_EQ(made.processes.front().user, "r\xEF\xBF\xBD");
}

TEST(Details, ThreadNamesThatBecomeEqualAreOneRow) {
  GroupRow row = group();
  row.thread_names = {{.name = "\xFF", .living = 1, .total = {.minor_faults = 10}, .cpu = {1, 2}},
                      {.name = "a", .living = 7, .total = {}, .cpu = {}},
                      {.name = "\xFE", .living = 2, .total = {.minor_faults = 20}, .cpu = {3, 4}}};
  Snapshot snapshot = of(row);
  make_details_safe(snapshot, kRoomy);
  const auto& names = snapshot.groups.front().thread_names;
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "a");
  EXPECT_EQ(names[0].living, 7U);
  EXPECT_EQ(names[1].living, 3U);
  EXPECT_EQ(names[1].total.minor_faults, 30U);
  EXPECT_EQ(names[1].cpu, (ledger::CpuSplit{4, 6}));
}

TEST(Details, ThreadsAreOneRowOnlyWhereEveryLabelIsEqual) {
  GroupRow row = group();
  row.threads = {thread(9, "x", 1), thread(5, "\xFF", 10), thread(5, "b", 100), thread(5, "\xFE", 1000)};
  Snapshot snapshot = of(row);
  make_details_safe(snapshot, kRoomy);
  const auto& threads = snapshot.groups.front().threads;
  ASSERT_EQ(threads.size(), 3U);
  EXPECT_EQ(threads[0].tname, "b");
  EXPECT_EQ(threads[1].cpu, (ledger::CpuSplit{1010, 2}));
  EXPECT_EQ(threads[2].tid, 9U);
}

TEST(Details, ProcessesOfOnePidAndNameAreOneRow) {
  GroupRow row = group();
  row.processes = {process(8, "p", 100), process(3, "p", std::nullopt), process(3, "p", 10), process(3, "p", 1)};
  row.processes[1].exe = "/first";
  Snapshot snapshot = of(row);
  make_details_safe(snapshot, kRoomy);
  const auto& processes = snapshot.groups.front().processes;
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_EQ(processes[0].exe, "/first");
  EXPECT_EQ(processes[0].resident_bytes, 11U);
  EXPECT_EQ(processes[0].cpu, (ledger::CpuSplit{15, 21}));
  EXPECT_EQ(processes[1].pid, 8U);
}

TEST(Details, GroupsAreNotMixed) {
  Snapshot snapshot = of(group());
  snapshot.groups.push_back(group());
  for (auto& row : snapshot.groups) row.threads = {thread(1, "x", 1)};
  make_details_safe(snapshot, kRoomy);
  EXPECT_EQ(snapshot.groups[0].threads.size(), 1U);
  EXPECT_EQ(snapshot.groups[1].threads.size(), 1U);
}

}  // namespace
}  // namespace procledger::metrics
