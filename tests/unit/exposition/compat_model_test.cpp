// SPDX-License-Identifier: Apache-2.0
#include "exposition/process_exporter_metrics.hpp"

#include <gtest/gtest.h>

#include "exposition/text_format.hpp"
#include "golden/compat_snapshot.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/exposition.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

using test::compat_snapshot;
using test::Exposition;
using test::LabelMap;
using test::sample_build;
using Names = std::vector<std::string>;

Exposition compat_page(const metrics::Snapshot& snapshot, CompatPage options = {}) {
  const auto page = Exposition::parse(write_page(snapshot, process_exporter_model(options, sample_build()), Format::kText));
  EXPECT_TRUE(page) << page.error().message;
  return page.value_or(Exposition{});
}

std::optional<double> value(const Exposition& page, const std::string& name, const std::string& group, LabelMap labels = {}) {
  labels["groupname"] = group;
  return page.value("namedprocess_namegroup_" + name, labels);
}

TEST(CompatModel, HasEveryFamilyInTheOrderAndWithTheLabelsOfItsTable) {
  Names names;
  const auto seen = test::seen_on(process_exporter_model({}, sample_build()), compat_snapshot());
  for (const auto& each : seen.families()) {
    names.emplace_back(each.family.name);
    std::string labels;
    for (const auto& label : each.label_names) (labels += labels.empty() ? "" : ",") += label;
    EXPECT_EQ(labels, each.family.labels) << each.family.name;
  }
  Names expected;
  for (const auto* family : compat_families()) expected.emplace_back(family->name);
  EXPECT_EQ(names, expected);
}

TEST(CompatModel, OfTheDaemonItHasTheProcessAlone) {
  DaemonMetrics daemon = test::sample_daemon();
  daemon.http = std::make_shared<HttpMetrics>();
  const auto page = Exposition::parse(write_page(compat_snapshot(), process_exporter_model({}, sample_build(), daemon), Format::kText));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->value("process_open_fds"), 42);
  EXPECT_FALSE(page->value("procledger_config_last_reload_successful"));
  EXPECT_FALSE(page->value("procledger_http_response_bytes_total"));
}

TEST(CompatModel, CpuIsSplitProcessByProcess) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "cpu_seconds_total", "postgres", {{"mode", "user"}}), 12.34);
  EXPECT_EQ(value(page, "cpu_seconds_total", "postgres", {{"mode", "system"}}), 2.5);
}

TEST(CompatModel, ZombiesAreProcessesOfOneThread) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "num_procs", "postgres"), 5);
  EXPECT_EQ(value(page, "num_threads", "postgres"), 11);
}

TEST(CompatModel, EachThreadHasOneStateInItsWords) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "states", "postgres", {{"state", "Running"}}), 1);
  EXPECT_EQ(value(page, "states", "postgres", {{"state", "Sleeping"}}), 4);
  EXPECT_EQ(value(page, "states", "postgres", {{"state", "Waiting"}}), 2);
  EXPECT_EQ(value(page, "states", "postgres", {{"state", "Zombie"}}), 2);
  EXPECT_EQ(value(page, "states", "postgres", {{"state", "Other"}}), 2);
  EXPECT_EQ(page.sum({.name = "namedprocess_namegroup_states", .labels = {{"groupname", "postgres"}}}), 11);
}

TEST(CompatModel, StartIsInWholeSeconds) {
  EXPECT_EQ(value(compat_page(compat_snapshot()), "oldest_start_time_seconds", "postgres"), 1764000000);
}

TEST(CompatModel, ProportionalMemoryIsThereWhereAskedForAndKnown) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "memory_bytes", "postgres", {{"memtype", "proportionalResident"}}), 900);
  EXPECT_EQ(value(page, "memory_bytes", "postgres", {{"memtype", "proportionalSwapped"}}), 3);
  EXPECT_EQ(value(page, "memory_bytes", "make", {{"memtype", "proportionalResident"}}), 0) << "the group has no process now";
  EXPECT_FALSE(value(page, "memory_bytes", test::kFreshGroup, {{"memtype", "proportionalResident"}})) << "not sampled yet";
  const auto without = compat_page(compat_snapshot(), {.proportional_memory = false});
  EXPECT_FALSE(value(without, "memory_bytes", "postgres", {{"memtype", "proportionalResident"}}));
  EXPECT_EQ(value(without, "memory_bytes", "postgres", {{"memtype", "resident"}}), 1230);
}

TEST(CompatModel, ThreadsAreThereWhereAskedFor) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "thread_count", "postgres", {{"threadname", "postgres"}}), 9);
  EXPECT_EQ(value(page, "thread_cpu_seconds_total", "postgres", {{"threadname", "postgres"}, {"mode", "user"}}), 10.84);
  EXPECT_EQ(value(page, "thread_io_bytes_total", "postgres", {{"threadname", "postgres"}, {"iomode", "write"}}), 46);
  const auto without = compat_page(compat_snapshot(), {.threads = false});
  for (const auto& [series, number] : without.series()) EXPECT_EQ(series.name.find("_thread_"), std::string::npos) << series.text();
  EXPECT_EQ(value(without, "threads_wchan", "postgres", {{"wchan", "do_epoll_wait"}}), 5) << "independent of -threads";
}

TEST(CompatModel, ThreadNameThatIsGoneKeepsItsCounters) {
  const auto page = compat_page(compat_snapshot());
  const std::string name = "io \xE2\x82\xAC\"x\"";
  EXPECT_EQ(value(page, "thread_count", "postgres", {{"threadname", name}}), 0);
  EXPECT_EQ(value(page, "thread_cpu_seconds_total", "postgres", {{"threadname", name}, {"mode", "user"}}), 1.5);
}

TEST(CompatModel, EmptyGroupStaysWithZerosButNoStart) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(value(page, "num_procs", "make"), 0);
  EXPECT_EQ(value(page, "memory_bytes", "make", {{"memtype", "resident"}}), 0);
  EXPECT_EQ(value(page, "states", "make", {{"state", "Sleeping"}}), 0);
  EXPECT_EQ(value(page, "cpu_seconds_total", "make", {{"mode", "user"}}), 1);
  EXPECT_FALSE(value(page, "oldest_start_time_seconds", "make"));
}

TEST(CompatModel, EmptyGroupGoesWhereThatIsAskedFor) {
  const auto page = compat_page(compat_snapshot(), {.remove_empty_groups = true});
  for (const auto& [series, number] : page.series()) EXPECT_NE(series.label("groupname"), "make") << series.text();
  EXPECT_EQ(value(page, "num_procs", "postgres"), 5);
}

TEST(CompatModel, GroupOfZombiesIsNotEmpty) {
  metrics::Snapshot snapshot;
  snapshot.groups = {{.name = "z", .labels = {}, .account = {}, .oldest_start_seconds = {}}};
  snapshot.groups.front().account.zombies = 1;
  EXPECT_EQ(value(compat_page(snapshot, {.remove_empty_groups = true}), "num_procs", "z"), 1);
}

TEST(CompatModel, GroupsThatDifferOnlyInOurLabelsAreOne) {
  auto snapshot = compat_snapshot();
  snapshot.groups.push_back(test::threaded_row());
  snapshot.groups.back().labels = {{"team", "storage"}};
  snapshot.groups.back().oldest_start_seconds = 1763999999.5;
  snapshot.groups.back().account.holdings.worst_file_ratio = 0.5;
  const auto page = compat_page(snapshot);  // a duplicate series would not parse
  EXPECT_EQ(value(page, "num_procs", "postgres"), 10);
  EXPECT_EQ(value(page, "cpu_seconds_total", "postgres", {{"mode", "user"}}), 24.68);
  EXPECT_EQ(value(page, "oldest_start_time_seconds", "postgres"), 1763999999);
  EXPECT_EQ(value(page, "worst_fd_ratio", "postgres"), 0.5);
  EXPECT_EQ(value(page, "threads_wchan", "postgres", {{"wchan", "do_epoll_wait"}}), 10);
  EXPECT_EQ(value(page, "thread_count", "postgres", {{"threadname", "postgres"}}), 18);
  EXPECT_EQ(value(page, "memory_bytes", "postgres", {{"memtype", "proportionalResident"}}), 1800);
  for (const auto& [series, number] : page.series()) EXPECT_EQ(series.label("team"), "") << series.text();
}

TEST(CompatModel, StorageThatTheKernelDoesNotKeepIsAbsent) {
  auto snapshot = compat_snapshot();
  snapshot.kernel.storage_io = false;
  const auto page = compat_page(snapshot);
  EXPECT_FALSE(value(page, "read_bytes_total", "postgres"));
  EXPECT_FALSE(value(page, "thread_io_bytes_total", "postgres", {{"threadname", "postgres"}, {"iomode", "read"}}));
  EXPECT_EQ(value(page, "minor_page_faults_total", "postgres"), 23);
}

TEST(CompatModel, ErrorsAreWhatFoundNoOwnerAndWhatWasCut) {
  const auto page = compat_page(compat_snapshot());
  EXPECT_EQ(page.value("namedprocess_scrape_errors"), 0);
  EXPECT_EQ(page.value("namedprocess_scrape_procread_errors"), 2);
  EXPECT_EQ(page.value("namedprocess_scrape_partial_errors"), 5);
}

TEST(CompatModel, PageSaysWhoAnswers) {
  const LabelMap labels{{"version", "1.2.3"}, {"revision", "0123456789ab"}, {"branch", "procledger"}};
  EXPECT_EQ(compat_page({}).value("process_exporter_build_info", labels), 1);
}

TEST(CompatModel, SeriesHaveTheSameNamesInOpenMetrics) {
  const std::string page = write_page(compat_snapshot(), process_exporter_model({}, sample_build()), Format::kOpenMetrics);
  EXPECT_NE(page.find("\n# TYPE namedprocess_scrape_errors unknown\n"), std::string::npos);
  EXPECT_NE(page.find("\nnamedprocess_scrape_errors 0\n"), std::string::npos);
  EXPECT_NE(page.find("\n# TYPE namedprocess_namegroup_read_bytes counter\n"), std::string::npos);
}

}  // namespace
}  // namespace procledger::exposition
