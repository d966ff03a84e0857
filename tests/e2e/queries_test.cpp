// SPDX-License-Identifier: Apache-2.0
// All shipped PromQL, after two minutes of a real Prometheus, real daemons and a real load: the queries of rules, alerts, dashboards and
// documents have data, and the values are as documented.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "e2e/answers.hpp"
#include "e2e/stage.hpp"
#include "support/clocks.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

constexpr std::chrono::seconds kRun{120};

std::string shown(const LabelMap& labels) { return SeriesKey{.name = "", .labels = labels}.text(); }

class EndToEnd : public testing::Test {
 protected:
  // Two minutes for all tests together.
  static void SetUpTestSuite() {
    if (!why_no_bpf().empty() || !run_command({"prometheus", "--version"})) return;
    stage = std::make_unique<Stage>();
    if (const auto set = stage->set(); !set) {
      trouble = set.error().message;
      return;
    }
    std::this_thread::sleep_for(kRun);
  }
  static void TearDownTestSuite() { stage.reset(); }

  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    if (!stage) GTEST_SKIP() << "prometheus is not installed";
    ASSERT_EQ(trouble, "");
  }

  static std::vector<Sample> ask(const std::string& expr) {
    const auto samples = instant(stage->prometheus(), expr);
    EXPECT_TRUE(samples) << expr << ": " << samples.error().message;
    return samples.value_or(std::vector<Sample>{});
  }
  static double sum(const std::string& expr) {
    double total = 0;
    for (const Sample& sample : ask(expr)) total += sample.value;
    return total;
  }
  static std::set<std::string> values_of(const std::string& label, const std::string& expr) {
    std::set<std::string> values;
    for (const Sample& sample : ask(expr)) values.insert(sample.labels.contains(label) ? sample.labels.at(label) : "");
    return values;
  }
  static std::vector<Rule> rules(bool alerts) {
    auto loaded = loaded_rules(stage->prometheus());
    EXPECT_TRUE(loaded) << loaded.error().message;
    std::vector<Rule> wanted = loaded.value_or(std::vector<Rule>{});
    std::erase_if(wanted, [alerts](const Rule& rule) { return rule.alert != alerts; });
    return wanted;
  }
  static bool fires(const std::string& alert, const std::string& labels = "") {
    return !ask("ALERTS{alertstate=\"firing\",alertname=\"" + alert + "\"" + labels + "}").empty();
  }

  static std::unique_ptr<Stage> stage;
  static std::string trouble;
};

std::unique_ptr<Stage> EndToEnd::stage;
std::string EndToEnd::trouble;

/// The error in the answer to a query; empty if there is none.
std::string complaint(const PrometheusServer& server, const ShippedQuery& query) {
  const auto samples = instant(server, query.expr);
  if (!samples) return samples.error().message;
  if (samples->empty()) return "no data now";
  if (std::ranges::all_of(*samples, [](const Sample& sample) { return std::isnan(sample.value); })) return "no number";
  if (!query.label.empty() && !samples->front().labels.contains(query.label)) return "no label " + query.label;
  const auto in_a_series = points(server, query.expr);
  if (!in_a_series) return in_a_series.error().message;
  if (*in_a_series < 2) return "no data over time";
  return "";
}

TEST_F(EndToEnd, QueriesOfDocumentsAndDashboardsAreAnswered) {
  const auto queries = shipped_queries();
  ASSERT_TRUE(queries) << queries.error().message;
  std::set<std::string> files;
  std::string complaints;
  for (const ShippedQuery& query : *queries) {
    files.insert(query.place.substr(0, query.place.find(':')));
    if (const std::string wrong = complaint(stage->prometheus(), query); !wrong.empty()) {
      complaints += query.place + ": " + wrong + "\n    " + query.expr + "\n";
    }
  }
  std::cout << queries->size() << " queries of " << files.size() << " files\n";
  EXPECT_EQ(complaints, "");
  EXPECT_EQ(files,
            (std::set<std::string>{"README.md", "docs/cookbook.md", "docs/from-process-exporter.md", "docs/from-thread-exporter.md",
                                   "docs/walkthrough.md", "overview.json", "process-exporter.json", "short-lived.json", "threads.json"}));
}

TEST_F(EndToEnd, RecordingRulesHaveTheLabelsOfTheirLevel) {
  const auto recording = rules(false);
  EXPECT_GE(recording.size(), 19u);
  for (const Rule& rule : recording) {
    EXPECT_EQ(rule.trouble, "") << rule.name;
    const auto samples = ask(rule.name);
    EXPECT_FALSE(samples.empty()) << rule.name << " has no data";
    for (const Sample& sample : samples) {
      for (const std::string& label : rule.level()) EXPECT_TRUE(sample.labels.contains(label)) << rule.name << shown(sample.labels);
      EXPECT_TRUE(sample.labels.contains("job")) << rule.name << shown(sample.labels);
      EXPECT_GE(sample.value, 0) << rule.name << shown(sample.labels);
    }
  }
}

TEST_F(EndToEnd, RulesAgreeWithWhatTheyAreMadeOf) {
  EXPECT_EQ(values_of("class", "instance_class:procledger_group_cpu_seconds:rate2m"),
            (std::set<std::string>{"host", "infrastructure", "workload"}));
  EXPECT_EQ(values_of("namespace", "instance_namespace:procledger_group_cpu_seconds:rate2m"),
            (std::set<std::string>{"kube-system", "shop"}));
  EXPECT_EQ(values_of("thread", "instance_group_thread:procledger_group_thread_cpu_seconds:rate2m{group=\"postgres\"}"),
            (std::set<std::string>{"checkpointer", "postgres"}));
  EXPECT_EQ(values_of("tname", "instance_group_tid:procledger_thread_cpu_seconds:rate2m"),
            (std::set<std::string>{"ceph-osd", "rocksdb:low", "tp_osd_tp"}));
  // The load of the pods is steady, so a rate over two minutes is the rate over their whole time.
  const double by_the_kernel = stage->pod_cpus();
  EXPECT_NEAR(sum("instance:procledger_pod_cpu_seconds:rate2m"), by_the_kernel, 0.25 * by_the_kernel);
  const double groups = sum("instance:procledger_group_cpu_seconds:rate2m");
  const double tasks = sum("instance_part:procledger_host_cpu_seconds:rate2m{part=\"tasks\"}");
  EXPECT_NEAR(groups, tasks, 0.05 * tasks) << "every task is in a group";
}

TEST_F(EndToEnd, AlertsAskForWhatIsThere) {
  const auto alerts = rules(true);
  EXPECT_GE(alerts.size(), 14u);
  for (const Rule& alert : alerts) {
    EXPECT_EQ(alert.trouble, "") << alert.name;
    const auto asked = asked_metrics(alert.query);
    EXPECT_FALSE(asked.empty()) << alert.query;
    for (const AskedMetric& metric : asked) {
      const auto samples = ask(metric.metric);
      EXPECT_FALSE(samples.empty()) << alert.name << " uses " << metric.metric << ", which has no data";
      if (samples.empty()) continue;
      for (const std::string& label : metric.labels) {
        EXPECT_TRUE(samples.front().labels.contains(label)) << alert.name << " uses the label " << label << " of " << metric.metric;
      }
    }
  }
}

TEST_F(EndToEnd, ProvokedAlertsFireAndOthersDoNot) {
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcessZombiesPileUp", ",group=\"app\""); }));
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcessForkStorm", ",group=\"make\""); }))
      << sum("instance_group:procledger_group_forks:rate2m{group=\"make\"}") << " forks per second";
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcessCrashLoop", ",group=\"server\""); }));
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcessFdExhaustion", ",group=\"proxy\""); }));
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcledgerDown", ",job=\"procledger-gone\""); }));
  EXPECT_FALSE(fires("ProcledgerDown", ",job=\"procledger\""));
  for (const char* alert :
       {"ProcledgerVanished", "ProcledgerCollectionStalled", "ProcledgerFellBack", "ProcledgerReloadFailed", "ProcledgerLimitReached"}) {
    EXPECT_FALSE(fires(alert)) << alert;
  }
  EXPECT_FALSE(fires("ProcessCrashLoop", ",group=\"true\""));
}

// rate() cannot see these processes: all their events are in the first value. If a scrape comes while they run, the rest is in a second
// value, and rate() extrapolates from that.
TEST_F(EndToEnd, FirstValueOfAShortLivedGroupCounts) {
  constexpr std::size_t kTimes = 40;
  constexpr int kTries = 3;
  double exits = 0;
  std::string group;
  for (int i = 0; i < kTries && std::abs(exits - kTimes) >= 0.5; ++i) {
    const std::string name = "once" + std::to_string(i);
    const auto ran = stage->run_short_lived(name, kTimes);
    ASSERT_TRUE(ran) << ran.error().message;
    group = "{group=\"" + name + "\"}";
    static_cast<void>(eventually(kHangDeadline, [&] {
      exits = sum("instance_group:procledger_group_exits:rate2m" + group) * 120;
      return std::abs(exits - kTimes) < 0.5;
    }));
  }
  EXPECT_NEAR(exits, kTimes, 0.5);
  const double counted = sum("procledger_group_cpu_seconds_total" + group);
  EXPECT_GT(counted, 0);
  EXPECT_NEAR(sum("instance_group:procledger_group_cpu_seconds:rate2m" + group) * 120, counted, 0.02 * counted);
}

TEST_F(EndToEnd, BrokenConfigurationIsNoticed) {
  ASSERT_TRUE(stage->daemon().write("groups: nothing\n"));
  ASSERT_TRUE(stage->daemon().hang_up());
  EXPECT_TRUE(eventually(kHangDeadline, [] { return fires("ProcledgerReloadFailed"); }));
}

}  // namespace
}  // namespace procledger::test
