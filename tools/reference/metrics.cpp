// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md: the metric table in another form. tools/lint docs compares the two.
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
    "Every metric that procledger exports, in the order of the page. A figure that this kernel or these rights do not give is absent, "
    "never\n"
    "0. When a group's last process has gone, its counters stay and its gauges go; a group that the configuration names by itself is "
    "there\n"
    "from the start, with 0 processes. A group, and all that is below it, has the labels of its rule beside those listed here. An info is "
    "a\n"
    "gauge of value 1 in the Prometheus text format, and of type info in OpenMetrics.\n"
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
  for (const auto* metric : exposition::daemon_metrics()) text += line_of(metric->family);
  return text + line_of(metrics::series_family());
}

}  // namespace procledger::reference
