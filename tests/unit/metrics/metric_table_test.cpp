// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metric_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

namespace procledger::metrics {
namespace {

std::vector<Family> families() {
  std::vector<Family> all;
  for (const Metric* metric : metric_table().all()) all.push_back(metric->family);
  all.push_back(series_metric().family);
  return all;
}

bool plain_name(std::string_view name) {
  for (const char c : name) {
    if (!(std::islower(static_cast<unsigned char>(c)) != 0 || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_')) return false;
  }
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
}

TEST(MetricTable, NamesAreUniqueAndPlain) {
  std::set<std::string_view> seen;
  for (const auto& family : families()) {
    EXPECT_TRUE(seen.insert(family.name).second) << family.name << " is in the table twice";
    EXPECT_TRUE(plain_name(family.name)) << family.name;
    EXPECT_TRUE(family.name.starts_with("procledger_") || family.name.starts_with("process_")) << family.name;
  }
}

TEST(MetricTable, SuffixesFollowTypes) {
  for (const auto& family : families()) {
    EXPECT_EQ(family.name.ends_with("_total"), family.type == Type::kCounter) << family.name;
    EXPECT_EQ(family.name.ends_with("_info"), family.type == Type::kInfo) << family.name;
    for (const std::string_view reserved : {"_bucket", "_count", "_sum", "_created"}) {
      EXPECT_FALSE(family.name.ends_with(reserved)) << family.name;
    }
  }
}

TEST(MetricTable, HelpIsWholeSentencesOnOneLine) {
  for (const auto& family : families()) {
    EXPECT_TRUE(family.help.ends_with('.')) << family.name;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(family.help.front())) != 0 || family.help.front() == '1') << family.name;
    EXPECT_EQ(family.help.find_first_of("\n|"), std::string_view::npos) << family.name;  // "|" would break the documentation's table
    EXPECT_EQ(family.help.find("  "), std::string_view::npos) << family.name;
  }
}

/// Whether the metric belongs to a group or to a part of a group.
bool below_a_group(std::string_view name) {
  for (const std::string_view prefix : {"procledger_group_", "procledger_thread_", "procledger_process_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

TEST(MetricTable, GroupMetricsAreLabelledWithTheirGroup) {
  for (const auto& family : families()) {
    EXPECT_EQ(family.labels == "group" || family.labels.starts_with("group,"), below_a_group(family.name)) << family.name;
  }
}

TEST(MetricTable, UnitIsTheEndOfTheName) {
  for (const auto& family : families()) {
    std::string_view name = family.name;
    if (name.ends_with("_total")) name.remove_suffix(6);
    EXPECT_EQ(name.ends_with("_seconds"), family.unit == Unit::kSeconds) << family.name;
    EXPECT_EQ(name.ends_with("_bytes"), family.unit == Unit::kBytes) << family.name;
    EXPECT_EQ(name.ends_with("_ratio"), family.unit == Unit::kRatio) << family.name;
  }
}

TEST(MetricTable, PlacesInJsonNameNoMoreLabelsThanThereAre) {
  for (const Metric* metric : metric_table().all()) {
    const std::string_view path = metric->family.json;
    const auto bracket = path.find('[');
    std::size_t asked = bracket == std::string_view::npos ? 0 : 1;
    for (std::size_t i = 0; i < path.size(); ++i) asked += path.substr(i, 2) == "{}" || path[i] == ',' ? 1U : 0U;
    const std::string_view labels = metric->family.labels;
    const auto commas = static_cast<std::size_t>(std::ranges::count(labels, ','));
    const bool has_group = labels == "group" || labels.starts_with("group,");
    EXPECT_LE(asked, labels.empty() || labels == "group" ? 0U : has_group ? commas : commas + 1) << metric->family.name;
    EXPECT_TRUE(bracket == std::string_view::npos || path.find('.') > bracket) << path << ": lists are keys of the page";
  }
}

/// Names of metrics that have a sample.
class SeenNames final : public SampleSink {
 public:
  void open(const Family& family) override { name_ = family.name; }
  std::set<std::string_view> names;

 private:
  void on_sample(LabelValues /*labels*/, const Number& /*value*/) override { names.insert(name_); }
  void on_histogram(const Histogram& /*histogram*/) override { names.insert(name_); }

  std::string_view name_;
};

/// A snapshot with the fewest values: the kernel keeps no counters, and only the name of the one group is known.
Snapshot bare_snapshot() {
  Snapshot snapshot;
  snapshot.groups = {{.name = "g", .labels = {}, .account = {}, .oldest_start_seconds = {}}};
  snapshot.losses = {{"cause", 0, std::nullopt}};
  snapshot.sources = {{"proc", false, ""}};
  return snapshot;
}

TEST(MetricTable, RowSaysWhetherTheMetricCanBeAbsent) {
  const Snapshot snapshot = bare_snapshot();
  const Build build;
  SeenNames seen;
  emit_page({snapshot, build}, seen);
  for (const Metric* metric : metric_table().all()) {
    EXPECT_EQ(metric->absent == kNever, seen.names.contains(metric->family.name)) << metric->family.name;
  }
}

TEST(MetricTable, ReasonsAreShortAndKnownValuesAreOfGroups) {
  for (const Metric* metric : metric_table().all()) {
    for (const Absence* reason : metric->absent) {
      if (reason == nullptr) continue;
      EXPECT_FALSE(reason->when.empty()) << metric->family.name;
      EXPECT_LE(reason->when.size(), 45U) << metric->family.name << ": a cell of a table";
      EXPECT_EQ(reason->when.find_first_of("\n|."), std::string_view::npos) << reason->when;
      const bool of_group = std::holds_alternative<bool (*)(const GroupView&)>(reason->test);
      EXPECT_TRUE(of_group || !reason->in_json) << reason->when;
      EXPECT_TRUE(!of_group || std::holds_alternative<GroupGetter>(metric->get)) << metric->family.name;
    }
  }
}

}  // namespace
}  // namespace procledger::metrics
