// SPDX-License-Identifier: Apache-2.0
#include "exposition/daemon_metrics.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>

#include "exposition/text_format.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/exposition.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

test::Exposition page_with(const DaemonMetrics& daemon) {
  const auto page = test::Exposition::parse(test::native_page(test::sample_snapshot(), test::sample_build(), Format::kText, daemon));
  EXPECT_TRUE(page) << page.error().message;
  return page.value_or(test::Exposition{});
}

DaemonMetrics whole_daemon() {
  DaemonMetrics daemon = test::sample_daemon();
  daemon.http = std::make_shared<HttpMetrics>();
  return daemon;
}

TEST(HttpMetrics, CountAnswersByStatusFromZero) {
  const DaemonMetrics daemon{.http = std::make_shared<HttpMetrics>()};
  EXPECT_EQ(page_with(daemon).value("procledger_http_requests_total", {{"code", "404"}}), 0);
  daemon.http->count(200, 1000);
  daemon.http->count(200, 24);
  daemon.http->count(404, 5);
  daemon.http->count(418, 1);
  const auto page = page_with(daemon);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "200"}}), 2);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "404"}}), 1);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "500"}}), 1) << "a status that procledger does not send";
  EXPECT_EQ(page.value("procledger_http_response_bytes_total"), 1030);
}

TEST(ReloadMetrics, FailureLeavesTheTimeOfTheLastSuccess) {
  using std::chrono::seconds;
  const DaemonMetrics daemon{.reloads = std::make_shared<ReloadMetrics>(ReloadMetrics::Time{seconds{100}})};
  const auto expect = [&daemon](double successful, double time) {
    const auto page = page_with(daemon);
    EXPECT_EQ(page.value("procledger_config_last_reload_successful"), successful);
    EXPECT_EQ(page.value("procledger_config_last_reload_success_timestamp_seconds"), time);
  };
  expect(1, 100);
  daemon.reloads->note_failure();
  expect(0, 100);
  daemon.reloads->note_success(ReloadMetrics::Time{seconds{200}});
  expect(1, 200);
}

TEST(ProcessMetrics, AreReadForEachPageAndExact) {
  double cpu_seconds = 0.03;
  const DaemonMetrics daemon{.process = std::make_shared<ProcessMetrics>([&] { return OwnProcess{.cpu_seconds = cpu_seconds}; })};
  EXPECT_EQ(page_with(daemon).value("process_cpu_seconds_total"), 0.03);
  cpu_seconds = 0.29;  // a counter that is raised by the difference is off: 0.03 + (0.29 - 0.03) = 0.29000000000000004
  EXPECT_EQ(page_with(daemon).value("process_cpu_seconds_total"), 0.29);
}

TEST(ProcessMetrics, UnknownIsAbsent) {
  const DaemonMetrics daemon{.process = std::make_shared<ProcessMetrics>([] { return OwnProcess{.open_fds = 3}; })};
  const std::string page = test::native_page({}, test::sample_build(), Format::kText, daemon);
  EXPECT_NE(page.find("\nprocess_open_fds 3\n"), std::string::npos);
  EXPECT_EQ(page.find("process_", page.find("process_open_fds 3") + 1), std::string::npos);
  EXPECT_EQ(page.find("process_max_fds"), std::string::npos) << "nor a head without a sample";
  EXPECT_EQ(page.find("process_cpu_seconds"), std::string::npos);
}

TEST(DaemonMetrics, RowsSayWhetherTheyCanBeAbsent) {
  DaemonMetrics daemon = whole_daemon();
  daemon.process = std::make_shared<ProcessMetrics>([] { return OwnProcess{}; });
  test::SeenSamples seen;
  add_collected(daemon, seen);
  for (const auto* metric : daemon_metrics()) {
    EXPECT_EQ(metric->absent == metrics::kNever, seen.find(metric->family.name) != nullptr) << metric->family.name;
  }
}

TEST(ProcessMetrics, BearPagesThatAreWrittenAtOnce) {
  const DaemonMetrics daemon = whole_daemon();
  const auto write = [&daemon] {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(page_with(daemon).value("process_open_fds"), 42);
  };
  std::thread other{write};
  write();
  other.join();
}

TEST(DaemonMetrics, AreAmongTheSeriesOfThePage) {
  const auto page = page_with(whole_daemon());
  EXPECT_EQ(page.value("procledger_series"), static_cast<double>(page.series().size()));
  EXPECT_EQ(page.series().size(), page_with({}).series().size() + kMaxDaemonSeries);
}

TEST(DaemonMetrics, HaveTheNamesAndTypesThatAreDocumented) {
  const DaemonMetrics daemon = whole_daemon();
  std::vector<prometheus::MetricFamily> collected;
  for (const prometheus::Collectable* each : {static_cast<const prometheus::Collectable*>(daemon.process.get()),
                                              static_cast<const prometheus::Collectable*>(daemon.reloads.get()),
                                              static_cast<const prometheus::Collectable*>(daemon.http.get())}) {
    for (auto& family : each->Collect()) collected.push_back(std::move(family));
  }
  const auto rows = daemon_metrics();
  ASSERT_EQ(collected.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const metrics::Family& row = rows[i]->family;
    EXPECT_EQ(collected[i].name, row.name);
    EXPECT_EQ(collected[i].help, row.help);
    EXPECT_EQ(collected[i].type == prometheus::MetricType::Counter, row.type == metrics::Type::kCounter) << row.name;
  }
}

// One that we know nothing of: any library may bring its registry.
TEST(DaemonMetrics, ForeignRegistriesComeToThePageToo) {
  prometheus::Registry registry;
  prometheus::BuildCounter().Name("foreign_total").Help("Help.").Register(registry).Add({{"b", "2"}}).Increment(3);
  prometheus::BuildHistogram().Name("foreign_seconds").Help("Help.").Register(registry).Add({}, std::vector<double>{1, 2}).Observe(1.5);
  PageWriter writer{Format::kText};
  add_collected(registry, writer);
  EXPECT_EQ(std::move(writer).finish(),
            "# TYPE foreign_total counter\n# HELP foreign_total Help.\nforeign_total{b=\"2\"} 3\n"
            "# TYPE foreign_seconds histogram\n# HELP foreign_seconds Help.\n"
            "foreign_seconds_bucket{le=\"1.0\"} 0\nforeign_seconds_bucket{le=\"2.0\"} 1\nforeign_seconds_bucket{le=\"+Inf\"} 1\n"
            "foreign_seconds_count 1\nforeign_seconds_sum 1.5\n");
}

}  // namespace
}  // namespace procledger::exposition
