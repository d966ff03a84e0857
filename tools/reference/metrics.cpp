// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md, from the metric table. tools/lint docs compares the page with the output of this file.
#include "core/metrics/metric_table.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "exposition/daemon_metrics.hpp"
#include "reference/outputs.hpp"

namespace procledger::reference {
namespace {

using metrics::Type;

constexpr std::string_view kHead =
    "<!-- Generated from src/core/metrics/metric_table_*.cpp and src/exposition/daemon_metrics.cpp by tools/update_golden. "
    "Do not edit. -->\n"
    "# Metrics\n"
    "\n"
    "On this page you find the meaning, the labels and the unit of every metric, and why a metric may be absent. Three programs\n"
    "named gzip ran while this command collected:\n"
    "\n"
    "```text\n"
    "# procledger once --for=2s | grep 'group=\"gzip\"'\n"
    "procledger_group_cpu_seconds_total{group=\"gzip\",mode=\"user\"} 0.548430658\n"
    "procledger_group_cpu_seconds_total{group=\"gzip\",mode=\"system\"} 0.014592719\n"
    "procledger_group_exits_total{group=\"gzip\",reason=\"ok\"} 3\n"
    "procledger_group_peak_resident_memory_bytes{group=\"gzip\"} 1994752\n"
    "...\n"
    "```\n"
    "\n"
    "The table has the order of the page. An unknown value is absent, never 0. A metric is absent for any of the reasons in the\n"
    "column \"absent when\". A reason that names a label value, such as a state, applies only to series with that value. Series of\n"
    "groups, threads and processes have the labels of their rule in addition to the labels listed here. A metric of type info is a\n"
    "gauge with the value 1 in the Prometheus text format, and has the type info in OpenMetrics.\n"
    "\n"
    "The counters of a group stay when its last process exits. A group that the configuration names is present from the start,\n"
    "with 0 processes. Only the daemon has `process_*`, `procledger_config_*` and `procledger_http_*` metrics; `procledger once`\n"
    "has none of them.\n"
    "\n"
    "| metric | type | unit | labels | absent when | meaning |\n"
    "|---|---|---|---|---|---|\n";

std::string_view word(metrics::Unit unit) {
  switch (unit) {
    case metrics::Unit::kSeconds:
      return "seconds";
    case metrics::Unit::kBytes:
      return "bytes";
    case metrics::Unit::kRatio:
      return "ratio";
    case metrics::Unit::kNone:
      break;
  }
  return "";
}

std::string_view word(Type type) {
  switch (type) {
    case Type::kCounter:
      return "counter";
    case Type::kGauge:
      return "gauge";
    case Type::kHistogram:
      return "histogram";
    case Type::kInfo:
      break;
  }
  return "info";
}

std::string labels_cell(std::string_view labels) {
  std::string cell;
  while (!labels.empty()) {
    const auto end = std::min(labels.find(','), labels.size());
    (cell += cell.empty() ? "`" : ", `") += labels.substr(0, end);
    cell += '`';
    labels.remove_prefix(std::min(end + 1, labels.size()));
  }
  return cell;
}

std::string absent_cell(const metrics::Absences& reasons) {
  std::string cell;
  for (const metrics::Absence* reason : reasons) {
    if (reason == nullptr) break;
    (cell += cell.empty() ? "" : "; ") += reason->when;
  }
  return cell.empty() ? "never" : cell;
}

std::string line_of(const metrics::Metric& metric) {
  const metrics::Family& family = metric.family;
  std::string text = "| `";
  (text += family.name) += "` | ";
  ((text += word(family.type)) += " | ") += word(family.unit);
  ((text += " | ") += labels_cell(family.labels)) += " | ";
  (text += absent_cell(metric.absent)) += " | ";
  return (text += family.help) += " |\n";
}

}  // namespace

std::string metrics_doc(const metrics::MetricTable& table) {
  std::string text{kHead};
  for (const auto* metric : table.all()) text += line_of(*metric);
  for (const auto* metric : exposition::daemon_metrics()) text += line_of(*metric);
  return text + line_of(metrics::series_metric());
}

}  // namespace procledger::reference
