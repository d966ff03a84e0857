// SPDX-License-Identifier: Apache-2.0
// A new metric is one row: a table with more rows shows them wherever metrics are shown, without a change in src/exposition.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot_builder.hpp"
#include "exposition/snapshot_json.hpp"
#include "golden/sample_snapshot.hpp"
#include "reference/outputs.hpp"
#include "support/exposition.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

using metrics::Metric;
using metrics::SampleSink;

constexpr metrics::Absence kNoFault{"there was no minor fault",
                                    [](const metrics::GroupView& group) { return group.row.account.total.minor_faults == 0; }};

/// All metrics, and a new one of each kind.
class NewMetric : public testing::Test {
 protected:
  NewMetric() : groups_{all(metrics::group_metrics())}, host_{all(metrics::host_metrics())} {
    groups_.push_back(
        {.family = {"procledger_group_new_total", metrics::Type::kCounter, metrics::Unit::kNone, "group,kind", "Help.", "usage.new_{}"},
         .set = metrics::Set::kFull,
         .absent = {&kNoFault},
         .get = [](const metrics::GroupView& group, SampleSink& out) {
           out.add({"a"}, metrics::Number{group.total.minor_faults});
           out.add({"b"}, metrics::Number{1.5});
         }});
    groups_.push_back({.family = {"procledger_process_new", metrics::Type::kGauge, metrics::Unit::kNone, "group,pid,comm", "Help.", "new"},
                       .set = metrics::Set::kFull,
                       .absent = metrics::kNever,
                       .get = [](const metrics::ProcessRow& row, SampleSink& out) { out.add(std::uint64_t{row.pid}); }});
    host_.push_back({.family = {"procledger_new", metrics::Type::kGauge, metrics::Unit::kNone, "kind", "Help.", "news[kind].count"},
                     .set = metrics::Set::kFull,
                     .absent = metrics::kNever,
                     .get = [](const metrics::PageView& page, SampleSink& out) {
                       out.add({"c"}, metrics::Number{static_cast<std::uint64_t>(page.snapshot.groups.size())});
                     }});
  }

  [[nodiscard]] metrics::MetricTable table() const { return {groups_, host_}; }

  [[nodiscard]] std::string text(Format format) const {
    const metrics::MetricTable with_it = table();
    return write_page(snapshot_, native_model(test::sample_build(), {}, with_it), format);
  }
  [[nodiscard]] test::Exposition page() const {
    const auto outcome = test::Exposition::parse(text(Format::kText));
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome.value_or(test::Exposition{});
  }

  metrics::Snapshot snapshot_{test::sample_snapshot()};

 private:
  static std::vector<Metric> all(std::span<const Metric> rows) { return {rows.begin(), rows.end()}; }

  std::vector<Metric> groups_;
  std::vector<Metric> host_;
};

TEST_F(NewMetric, IsOnTheTextPage) {
  const auto seen = page();
  EXPECT_EQ(seen.value("procledger_group_new_total", {{"group", "postgres"}, {"team", "storage"}, {"kind", "a"}}), 23);
  EXPECT_EQ(seen.value("procledger_group_new_total", {{"group", "postgres"}, {"team", "storage"}, {"kind", "b"}}), 1.5);
  EXPECT_EQ(seen.count({.name = "procledger_group_new_total"}), 2U) << "its reason to be absent holds for the other groups";
  EXPECT_EQ(seen.value("procledger_new", {{"kind", "c"}}), 4);
  EXPECT_EQ(seen.count({.name = "procledger_process_new"}), 2U);
}

TEST_F(NewMetric, IsOnTheOpenMetricsPage) {
  const std::string seen = text(Format::kOpenMetrics);
  EXPECT_NE(seen.find("# TYPE procledger_group_new counter\n# HELP procledger_group_new Help.\n"
                      "procledger_group_new_total{group=\"postgres\",team=\"storage\",kind=\"a\"} 23\n"),
            std::string::npos);
  EXPECT_NE(seen.find("procledger_process_new{group=\"postgres\",team=\"storage\",pid=\"702\",comm=\"postgres\"} 702\n"),
            std::string::npos);
}

TEST_F(NewMetric, IsInJson) {
  const auto page = nlohmann::json::parse(snapshot_json(snapshot_, test::sample_build(), {}, table()));
  EXPECT_EQ(page["groups"][0]["usage"]["new_a"], 23);
  EXPECT_EQ(page["groups"][0]["usage"]["new_b"], 1.5);
  EXPECT_FALSE(page["groups"][1]["usage"].contains("new_a"));
  EXPECT_EQ(page["groups"][0]["children"]["waited"]["usage"]["new_a"], 0) << "of what was reaped, as every usage";
  EXPECT_EQ(page["groups"][0]["process_list"][1]["new"], 702);
  EXPECT_EQ(page["news"], nlohmann::json::array({{{"kind", "c"}, {"count", 4}}}));
}

TEST_F(NewMetric, IsCounted) {
  const std::size_t series = metrics::count_series(snapshot_, table());
  EXPECT_EQ(series, metrics::count_series(snapshot_) + 2 + 2 + 1);
  EXPECT_EQ(page().value("procledger_series"), static_cast<double>(series));
}

TEST_F(NewMetric, IsInTheLimit) {
  const metrics::MetricTable with_it = table();
  snapshot_.groups[0].threads.clear();
  const std::size_t series = metrics::count_series(snapshot_, with_it);
  const std::uint64_t before = snapshot_.self.series_dropped;
  metrics::limit_series(snapshot_, series, with_it);
  EXPECT_EQ(snapshot_.self.series_dropped, before);
  metrics::limit_series(snapshot_, series - 1, with_it);
  EXPECT_EQ(snapshot_.self.series_dropped, before + 4) << "of the last process: both modes, info and the new one; its memory is not known";
  EXPECT_EQ(metrics::count_series(snapshot_, with_it), series - 4);
}

TEST_F(NewMetric, IsDocumented) {
  const std::string doc = reference::metrics_doc(table());
  EXPECT_NE(doc.find("\n| `procledger_group_new_total` | counter |  | `group`, `kind` | there was no minor fault | Help. |\n"),
            std::string::npos);
  EXPECT_NE(doc.find("\n| `procledger_process_new` | gauge |  | `group`, `pid`, `comm` | never | Help. |\n"), std::string::npos);
  EXPECT_NE(doc.find("\n| `procledger_new` | gauge |  | `kind` | never | Help. |\n"), std::string::npos);
}

}  // namespace
}  // namespace procledger::exposition
