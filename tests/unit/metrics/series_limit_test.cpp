// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot_builder.hpp"
#include "exposition/text_format.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/pages.hpp"

namespace procledger::metrics {
namespace {

std::size_t lines_of_page(const Snapshot& snapshot) {
  std::istringstream page{test::native_page(snapshot, test::sample_build(), exposition::Format::kText)};
  std::size_t lines = 0;
  for (std::string line; std::getline(page, line);) lines += line.starts_with('#') ? 0U : 1U;
  return lines;
}

TEST(SeriesCount, IsThatOfThePageWhateverIsKnown) {
  const std::vector<std::function<void(Snapshot&)>> changes{
      [](Snapshot& /*s*/) {},
      [](Snapshot& s) { s.lifetime_histogram = false; },
      [](Snapshot& s) { s.kernel.storage_io = false; },
      [](Snapshot& s) { s.kernel.call_io = false; },
      [](Snapshot& s) { s.kernel.run_queue_wait = false; },
      [](Snapshot& s) { s.host = {}; },
      [](Snapshot& s) { s.host.steal_ns = 1; },
      [](Snapshot& s) { s.host.irq_ns.reset(); },
      [](Snapshot& s) { s.losses.clear(); },
      [](Snapshot& s) { s.sources[0].active = false; },
      [](Snapshot& s) { s.misses.push_back({"on_exec", 3}); },
      [](Snapshot& s) { s.users.clear(); },
      [](Snapshot& s) { s.slow_pass_seconds.reset(); },
      [](Snapshot& s) { s.groups.clear(); },
      [](Snapshot& s) { s.groups[0].account.holdings = {}; },
      [](Snapshot& s) { s.groups[0].account.reaped[1] = {}; },
      [](Snapshot& s) { s.groups[0].account.members = s.groups[0].account.processes = s.groups[0].account.threads = 0; },
      [](Snapshot& s) { s.groups[3].configured = false; },
      [](Snapshot& s) { s.groups[0].processes[1].resident_bytes = 1; },
      [](Snapshot& s) { s = {}; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Snapshot snapshot = test::sample_snapshot();
    changes[i](snapshot);
    EXPECT_EQ(count_series(snapshot), lines_of_page(snapshot)) << "change " << i;
  }
}

ThreadRow thread(std::uint32_t tid) { return {.daemon = "d", .pname = "p", .tname = "t", .pid = 1, .ppid = 0, .tid = tid, .cpu = {}}; }

ProcessRow process(std::uint32_t pid) {
  return {.pid = pid, .comm = "c", .exe = "", .cmdline = "", .user = "", .cpu = {}, .resident_bytes = 1};
}

/// Two groups, each with 3 thread names, 2 processes and 4 threads: 6, 8 and 8 series.
class SeriesLimit : public ::testing::Test {
 protected:
  SeriesLimit() {
    for (const char* name : {"zebra", "ape"}) {
      GroupRow& row = snapshot_.groups.emplace_back(GroupRow{.name = name, .labels = {}, .account = {}, .oldest_start_seconds = {}});
      row.thread_names = {{"a", 1, {}, {}}, {"b", 1, {}, {}}, {"c", 1, {}, {}}};
      row.processes = {process(1), process(2)};
      row.threads = {thread(1), thread(2), thread(3), thread(4)};
    }
    all_ = count_series(snapshot_);
  }

  /// The numbers of names, processes and threads of "ape" and "zebra" that stay.
  [[nodiscard]] std::vector<std::size_t> kept() const {
    std::vector<std::size_t> sizes;
    for (const auto* row : {&snapshot_.groups[1], &snapshot_.groups[0]}) {
      sizes.insert(sizes.end(), {row->thread_names.size(), row->processes.size(), row->threads.size()});
    }
    return sizes;
  }

  using Sizes = std::vector<std::size_t>;
  Snapshot snapshot_;
  std::size_t all_{};
};

TEST_F(SeriesLimit, NothingIsTouchedThatFits) {
  limit_series(snapshot_, all_);
  EXPECT_EQ(kept(), (Sizes{3, 2, 4, 3, 2, 4}));
  EXPECT_EQ(snapshot_.self.series_dropped, 0U);
}

TEST_F(SeriesLimit, LastThreadsOfTheLastGroupGoFirst) {
  limit_series(snapshot_, all_ - 3);
  EXPECT_EQ(kept(), (Sizes{3, 2, 4, 3, 2, 2}));
  EXPECT_EQ(snapshot_.groups[0].threads.back().tid, 2U);
  EXPECT_EQ(snapshot_.self.series_dropped, 4U);
  EXPECT_EQ(count_series(snapshot_), all_ - 4);
}

TEST_F(SeriesLimit, ProcessesGoOnlyAfterAllThreads) {
  limit_series(snapshot_, all_ - 16);
  EXPECT_EQ(kept(), (Sizes{3, 2, 0, 3, 2, 0}));
  limit_series(snapshot_, all_ - 17);
  EXPECT_EQ(kept(), (Sizes{3, 2, 0, 3, 1, 0}));
}

TEST_F(SeriesLimit, ThreadNamesGoLast) {
  limit_series(snapshot_, all_ - 33);
  EXPECT_EQ(kept(), (Sizes{3, 0, 0, 2, 0, 0}));
  EXPECT_EQ(snapshot_.self.series_dropped, 34U);
}

TEST_F(SeriesLimit, WhatDoesNotFitEndsItsKind) {
  snapshot_.groups[0].processes[0].resident_bytes.reset();  // the third on the page is smaller than the second
  all_ = count_series(snapshot_);
  limit_series(snapshot_, all_ - 16 - 8);  // 7 for processes
  EXPECT_EQ(kept(), (Sizes{3, 1, 0, 3, 0, 0})) << "a later smaller row does not replace an earlier larger row";
}

TEST_F(SeriesLimit, WholeGroupsStayWhateverTheLimit) {
  limit_series(snapshot_, 0);
  EXPECT_EQ(kept(), (Sizes{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(snapshot_.groups.size(), 2U);
  EXPECT_EQ(snapshot_.self.series_dropped, 44U);
  EXPECT_EQ(lines_of_page(snapshot_), all_ - 44);
}

TEST_F(SeriesLimit, OrderOfGroupsDoesNotMatter) {
  Snapshot turned = snapshot_;
  std::ranges::reverse(turned.groups);
  limit_series(snapshot_, all_ - 19);
  limit_series(turned, all_ - 19);
  std::ranges::reverse(turned.groups);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(turned.groups[i].threads.size(), snapshot_.groups[i].threads.size());
    EXPECT_EQ(turned.groups[i].processes.size(), snapshot_.groups[i].processes.size());
  }
}

TEST_F(SeriesLimit, PageShowsWhatWasLeftOut) {
  limit_series(snapshot_, all_ - 1);
  const std::string page = test::native_page(snapshot_, test::sample_build(), exposition::Format::kText);
  EXPECT_NE(page.find("\nprocledger_series_dropped 2\n"), std::string::npos);
}

}  // namespace
}  // namespace procledger::metrics
