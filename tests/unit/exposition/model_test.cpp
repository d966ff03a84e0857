// SPDX-License-Identifier: Apache-2.0
#include "exposition/page_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "exposition/text_format.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

using test::sample_build;
using test::sample_snapshot;

std::string page_of(const metrics::Snapshot& snapshot) { return test::native_page(snapshot, sample_build(), Format::kText); }

bool has_line(const std::string& page, const std::string& line) { return ("\n" + page).find("\n" + line + "\n") != std::string::npos; }

bool has_series(const std::string& page, const std::string& begin) { return ("\n" + page).find("\n" + begin) != std::string::npos; }

test::SeenSamples seen_in(const metrics::Snapshot& snapshot) { return test::seen_on(native_model(sample_build()), snapshot); }

test::SeenSamples seen_with_a_daemon() {
  DaemonMetrics daemon = test::sample_daemon();
  daemon.http = std::make_shared<HttpMetrics>();
  return test::seen_on(native_model(sample_build(), daemon), sample_snapshot());
}

TEST(Model, HasEveryFamilyOfTheTablesInTheirOrder) {
  std::vector<std::string_view> names;
  const auto seen = seen_with_a_daemon();
  for (const auto& each : seen.families()) names.push_back(each.family.name);
  std::vector<std::string_view> expected;
  for (const auto* metric : metrics::metric_table().all()) expected.push_back(metric->family.name);
  for (const auto* metric : daemon_metrics()) expected.push_back(metric->family.name);
  expected.push_back(metrics::series_metric().family.name);
  EXPECT_EQ(names, expected);
}

TEST(Model, SamplesHaveTheLabelsThatTheTablesName) {
  const auto seen = seen_with_a_daemon();
  for (const auto& each : seen.families()) {
    std::string names;
    for (const auto& label : each.label_names) (names += names.empty() ? "" : ",") += label;
    EXPECT_EQ(names, each.family.labels) << each.family.name;
  }
}

TEST(Model, OrderDoesNotDependOnTheOrderOfRows) {
  auto snapshot = sample_snapshot();
  const std::string before = page_of(snapshot);
  std::ranges::reverse(snapshot.groups);
  std::ranges::reverse(snapshot.users);
  EXPECT_EQ(page_of(snapshot), before);
}

TEST(Model, GroupsOfOneNameAreOrderedByTheirLabels) {
  metrics::Snapshot snapshot;
  snapshot.groups = {{.name = "g", .labels = {{"x", "2"}}, .account = {}, .oldest_start_seconds = {}},
                     {.name = "g", .labels = {{"x", "1"}}, .account = {}, .oldest_start_seconds = {}}};
  const std::string page = page_of(snapshot);
  const auto first = page.find("cpu_seconds_total{group=\"g\",x=\"1\"");
  ASSERT_NE(first, std::string::npos) << page;
  EXPECT_LT(first, page.find("cpu_seconds_total{group=\"g\",x=\"2\""));
}

TEST(Model, SeriesCountsTheLinesOfThePage) {
  const std::string page = page_of(sample_snapshot());
  std::size_t lines = 0;
  for (std::size_t at = 0; at < page.size(); at = page.find('\n', at) + 1) {
    if (page[at] != '#') ++lines;
  }
  EXPECT_TRUE(has_line(page, "procledger_series " + std::to_string(lines))) << lines;
}

TEST(Model, CpuIsWhatTheLedgerShows) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_TRUE(has_line(page, "procledger_group_cpu_seconds_total{group=\"postgres\",team=\"storage\",mode=\"user\"} 12345678.998765433"));
  EXPECT_TRUE(has_line(page, "procledger_group_cpu_seconds_total{group=\"postgres\",team=\"storage\",mode=\"system\"} 2.5"));
}

TEST(Model, HistogramBucketsAreCumulative) {
  const std::string page = page_of(sample_snapshot());
  const std::string name = "procledger_group_process_lifetime_seconds";
  const std::string labels = "{group=\"postgres\",team=\"storage\"";
  EXPECT_TRUE(has_line(page, name + "_bucket" + labels + ",le=\"0.01\"} 5"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + labels + ",le=\"1.0\"} 8"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + labels + ",le=\"3600.0\"} 11"));
  EXPECT_TRUE(has_line(page, name + "_bucket" + labels + ",le=\"+Inf\"} 14"));
  EXPECT_TRUE(has_line(page, name + "_count" + labels + "} 14"));
  EXPECT_TRUE(has_line(page, name + "_sum" + labels + "} 98765.4321"));
}

TEST(Model, HistogramCanBeSwitchedOff) {
  auto snapshot = sample_snapshot();
  snapshot.lifetime_histogram = false;
  EXPECT_EQ(seen_in(snapshot).find("procledger_group_process_lifetime_seconds"), nullptr);
}

TEST(Model, DeadGroupKeepsItsCountersAndLosesItsGauges) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_TRUE(has_line(page, "procledger_group_forks_total{group=\"make\"} 2000"));
  EXPECT_FALSE(has_series(page, "procledger_group_processes{group=\"make\"}"));
  EXPECT_FALSE(has_series(page, "procledger_group_threads{group=\"make\"}"));
  EXPECT_FALSE(has_series(page, "procledger_group_oldest_start_time_seconds{group=\"make\"}"));
}

TEST(Model, EmptyConfiguredGroupShowsZeros) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_TRUE(has_line(page, "procledger_group_processes{group=\"backup\"} 0"));
  EXPECT_TRUE(has_line(page, "procledger_group_threads{group=\"backup\"} 0"));
  EXPECT_TRUE(has_line(page, "procledger_group_cpu_seconds_total{group=\"backup\",mode=\"user\"} 0"));
  EXPECT_TRUE(has_line(page, "procledger_group_exits_total{group=\"backup\",reason=\"signal\"} 0"));
  EXPECT_FALSE(has_series(page, "procledger_group_zombies{group=\"backup\"}"));
  EXPECT_FALSE(has_series(page, "procledger_group_resident_memory_bytes{group=\"backup\"}"));
}

TEST(Model, DetailsCarryTheLabelsOfTheirGroup) {
  const std::string page = page_of(sample_snapshot());
  const std::string group = "{group=\"postgres\",team=\"storage\",";
  EXPECT_TRUE(has_line(page, "procledger_group_thread_cpu_seconds_total" + group + "thread=\"postgres\",mode=\"system\"} 4.4e-08"));
  EXPECT_TRUE(
      has_line(page, "procledger_thread_cpu_seconds_total" + group +
                         "daemon=\"postgres\",pname=\"postgres\",pid=\"700\",ppid=\"1\",tid=\"701\",tname=\"io\",mode=\"user\"} 4.7e-08"));
  EXPECT_TRUE(has_line(page, "procledger_process_resident_memory_bytes" + group + "pid=\"700\",comm=\"postgres\"} 4096"));
  EXPECT_FALSE(has_series(page, "procledger_process_resident_memory_bytes" + group + "pid=\"702\"")) << "unknown is absent";
  EXPECT_TRUE(has_line(page, "procledger_process_info" + group + "pid=\"702\",comm=\"postgres\",user=\"26\"} 1"));
}

TEST(Model, BackgroundValuesAreThereWhenTheSamplerHasAny) {
  auto snapshot = sample_snapshot();
  const std::string page = page_of(snapshot);
  EXPECT_TRUE(has_line(page, "procledger_group_proportional_memory_bytes{group=\"postgres\",team=\"storage\"} 123456789012"));
  EXPECT_TRUE(has_line(page, "procledger_group_sockets{group=\"postgres\",team=\"storage\",protocol=\"tcp\",state=\"established\"} 40"));
  EXPECT_TRUE(has_line(page, "procledger_slow_pass_timestamp_seconds 1764000123.75"));
  EXPECT_FALSE(has_series(page, "procledger_group_proportional_memory_bytes{group=\"make\"}"));
  snapshot.groups.front().account.members = snapshot.groups.front().account.processes = snapshot.groups.front().account.threads = 0;
  snapshot.slow_pass_seconds.reset();
  const std::string later = page_of(snapshot);
  EXPECT_EQ(later.find("proportional"), std::string::npos) << "gauges of an empty group disappear";
  EXPECT_EQ(later.find("procledger_group_sockets"), std::string::npos);
  EXPECT_EQ(later.find("slow_pass"), std::string::npos);
}

TEST(Model, GroupOfZombiesOnlyHasNoProcesses) {
  metrics::Snapshot snapshot;
  snapshot.groups = {{.name = "z", .labels = {}, .account = {}, .oldest_start_seconds = {}}};
  snapshot.groups.front().account.members = 3;
  EXPECT_TRUE(has_line(page_of(snapshot), "procledger_group_processes{group=\"z\"} 0"));
}

TEST(Model, UnknownIsAbsent) {
  metrics::Snapshot snapshot;
  snapshot.host.cpus = 4;
  const std::string page = page_of(snapshot);
  EXPECT_TRUE(has_line(page, "procledger_host_cpu_seconds_total{part=\"tasks\"} 0"));
  EXPECT_FALSE(has_series(page, "procledger_host_cpu_seconds_total{part=\"idle\"}"));
  EXPECT_FALSE(has_series(page, "procledger_cpu_residual_seconds"));
}

TEST(Model, HostThatWasNeverReadIsAbsent) { EXPECT_FALSE(has_series(page_of({}), "procledger_host_")); }

TEST(Model, EmptyLabelValueIsNoLabel) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_EQ(page.find("=\"\""), std::string::npos);
  metrics::Snapshot snapshot;
  snapshot.sources = {{"bpf", true, ""}};
  EXPECT_TRUE(has_line(page_of(snapshot), "procledger_source_info{source=\"bpf\"} 1"));
}

TEST(Model, UsersOfOneNameAreOneSeries) {
  metrics::Snapshot snapshot;
  snapshot.users = {{"a", event::State::kIdle, 1}, {"a", event::State::kIdle, 2}, {"a", event::State::kDiskSleep, 4}};
  const std::string page = page_of(snapshot);
  EXPECT_TRUE(has_line(page, "procledger_processes{user=\"a\",state=\"idle\"} 3"));
  EXPECT_TRUE(has_line(page, "procledger_processes{user=\"a\",state=\"disk_sleep\"} 4"));
}

TEST(Model, OnlyTheActiveSourceHasInfo) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_TRUE(has_line(page, "procledger_source_active{source=\"proc\"} 0"));
  EXPECT_FALSE(has_series(page, "procledger_source_info{source=\"proc\""));
}

TEST(Model, CancelledWritesAreThereWhereStorageIsKept) {
  auto snapshot = sample_snapshot();
  const std::string name = "procledger_group_storage_cancelled_written_bytes_total";
  EXPECT_TRUE(has_line(page_of(snapshot), name + "{group=\"postgres\",team=\"storage\"} 53"));
  snapshot.kernel.storage_io = false;
  EXPECT_FALSE(has_series(page_of(snapshot), name));
}

TEST(Model, HugePagesAreThereWhereTheKernelCountsThem) {
  auto snapshot = sample_snapshot();
  const std::string name = "procledger_group_hugetlb_bytes";
  EXPECT_TRUE(has_line(page_of(snapshot), name + "{group=\"postgres\",team=\"storage\"} 54"));
  snapshot.kernel.hugetlb = false;
  EXPECT_FALSE(has_series(page_of(snapshot), name));
}

TEST(Model, LossWithoutCpuCostHasNoCpuSeries) {
  const std::string page = page_of(sample_snapshot());
  EXPECT_TRUE(has_line(page, "procledger_lost_records_total{cause=\"ring_free\"} 3"));
  EXPECT_FALSE(has_series(page, "procledger_lost_cpu_seconds_total{cause=\"ring_free\"}"));
  EXPECT_TRUE(has_line(page, "procledger_lost_cpu_seconds_total{cause=\"unnamed\"} 0.0015"));
}

}  // namespace
}  // namespace procledger::exposition
