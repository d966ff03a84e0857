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
    "Every metric that procledger exports, in the order of the page. An unknown value is absent, never 0. A metric is absent for any of\n"
    "the reasons in the column \"absent when\"; a reason that names a label value, such as a state, removes only its series. A group, its\n"
    "threads and its processes have the labels of their rule in addition to the labels listed here. A metric of type info is a gauge with\n"
    "the value 1 in the Prometheus text format, and has the type info in OpenMetrics.\n"
    "\n"
    "The counters of a group stay when its last process exits. A group that the configuration names is present from the start, with 0\n"
    "processes. Only the daemon has `process_*`, `procledger_config_*` and `procledger_http_*` metrics, `procledger once` has none.\n"
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
