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
    "<!-- Generated from src/core/metrics/metric_table_*.cpp by tools/update_golden. Do not edit. -->\n"
    "# Metrics\n"
    "\n"
    "Every metric that procledger exports, in the order of the page. A value that the kernel or the rights of procledger do not provide\n"
    "is absent, never 0. When the last process of a group exits, the counters of the group stay and the gauges disappear. A group that\n"
    "the configuration names is present from the start, with 0 processes. A group, its threads and its processes have the labels of\n"
    "their rule in addition to the labels listed here. A metric of type info is a gauge with the value 1 in the Prometheus text format,\n"
    "and has the type info in OpenMetrics.\n"
    "\n"
    "| metric | type | unit | labels | meaning |\n"
    "|---|---|---|---|---|\n";

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

std::string line_of(const metrics::Family& family) {
  std::string text = "| `";
  (text += family.name) += "` | ";
  ((text += word(family.type)) += " | ") += word(family.unit);
  ((text += " | ") += labels_cell(family.labels)) += " | ";
  return (text += family.help) += " |\n";
}

}  // namespace

std::string metrics_doc() {
  std::string text{kHead};
  for (const auto* metric : metrics::all_metrics()) text += line_of(metric->family);
  for (const auto& family : exposition::http_families()) text += line_of(family);
  return text + line_of(metrics::series_family());
}

}  // namespace procledger::reference
