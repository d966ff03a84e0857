// SPDX-License-Identifier: Apache-2.0
#include "collector/books.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "support/files.hpp"
#include "unit/collector/fake_source.hpp"

namespace procledger::collector {
namespace {

class CollectionBooks : public testing::Test {
 protected:
  CollectionBooks() {
    EXPECT_TRUE(test::write_file(passwd(), "zero:x:0:0:::\n"));
    std::filesystem::create_directories(dir_.path() / "self");
    EXPECT_TRUE(test::write_file(dir_.path() / "self/statm", "100 50 0 0 0 0 0\n"));
  }

  [[nodiscard]] std::filesystem::path passwd() const { return dir_.path() / "passwd"; }
  [[nodiscard]] Books make() {
    return {{source_, ledger_, grouping_, host_}, {.procfs = dir_.path(), .passwd = passwd(), .source_reason = "requested"}};
  }

  FakeSource source_;
  grouping::Grouping grouping_{grouping::Limits{}};
  ledger::Ledger ledger_{grouping_, {.attached_ns = 500'000'000}};
  ledger::HostLedger host_;

 private:
  test::TempDir dir_;
};

const metrics::GroupRow* find_group(const metrics::Snapshot& snapshot, std::string_view name) {
  const auto found = std::find_if(snapshot.groups.begin(), snapshot.groups.end(), [&](const auto& row) { return row.name == name; });
  return found != snapshot.groups.end() ? &*found : nullptr;
}

TEST_F(CollectionBooks, SnapshotHoldsWhatTheSourceSaw) {
  source_.tasks = {living(10, "postgres", 600'000'000, 7'000)};
  Books books = make();
  const auto snapshot = books.collect();
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const metrics::GroupRow* group = find_group(**snapshot, "postgres");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->account.cpu_ns, 7'000U);
  EXPECT_EQ(group->account.processes, 1U);
  ASSERT_EQ((*snapshot)->users.size(), 1U);
  EXPECT_EQ((*snapshot)->users[0].user, "zero");
  EXPECT_EQ((*snapshot)->host.cpus, 2U);
  EXPECT_EQ((*snapshot)->sources[0].reason, "requested");
  EXPECT_TRUE((*snapshot)->own.resident_bytes);
  EXPECT_FALSE((*snapshot)->own.open_fds) << "unknown is absent";
  EXPECT_GT((*snapshot)->self.collect_seconds, 0);
  EXPECT_GT((*snapshot)->self.collect_cpu_seconds, 0);
}

TEST_F(CollectionBooks, OwnCpuTimeAddsUp) {
  Books books = make();
  const auto first = books.collect();
  ASSERT_TRUE(books.drain());
  const auto second = books.collect();
  ASSERT_TRUE(first && second);
  EXPECT_GT((*second)->self.collect_cpu_seconds, (*first)->self.collect_cpu_seconds);
}

TEST_F(CollectionBooks, FailuresOfTheSourceComeThrough) {
  Books books = make();
  source_.fails = true;
  EXPECT_EQ(books.collect().error().message, "the kernel said no");
  source_.fails = false;
  source_.report_fails = true;
  EXPECT_EQ(books.collect().error().message, "no report");
  source_.report_fails = false;
  EXPECT_TRUE(books.collect());
  source_.drain_fails = true;
  EXPECT_EQ(books.drain().error().message, "no records today");
}

TEST_F(CollectionBooks, DeadSourceIsNotCalledActive) {
  Books books = make();
  books.set_source_alive(false);
  const auto snapshot = books.collect();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE((*snapshot)->sources[0].active);
}

}  // namespace
}  // namespace procledger::collector
