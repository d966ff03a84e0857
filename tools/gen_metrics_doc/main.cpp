// SPDX-License-Identifier: Apache-2.0
// Prints docs/metrics.md: the metric table in another form. tools/lint docs compares the two.
#include <algorithm>
#include <iostream>
#include <string>

#include "metrics/families.hpp"

namespace procledger::metrics {
namespace {

constexpr std::string_view kHead =
    "<!-- Generated from src/metrics/families.cpp by tools/update_golden. Do not edit. -->\n"
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
    "| metric | type | labels | meaning |\n"
    "|---|---|---|---|\n";

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

void print() {
  std::cout << kHead;
  for (const auto& family : families()) {
    std::cout << "| `" << family.name << "` | " << word(family.type) << " | " << labels_cell(family.labels) << " | " << family.help
              << " |\n";
  }
}

}  // namespace
}  // namespace procledger::metrics

int main() { procledger::metrics::print(); }
