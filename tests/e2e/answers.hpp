// SPDX-License-Identifier: Apache-2.0
// What is shipped as PromQL, and what a Prometheus answers to it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/exposition.hpp"
#include "support/prometheus_server.hpp"

namespace procledger::test {

/// One query of a document or a dashboard.
struct ShippedQuery {
  std::string place;  ///< "docs/cookbook.md:12", "overview.json: CPU"
  std::string expr;   ///< with a dashboard's variables filled in
  std::string label;  ///< must be among the answer's labels, where not empty
};

/// All of them, as tools/list_queries finds them.
[[nodiscard]] Result<std::vector<ShippedQuery>> shipped_queries();

struct Rule {
  std::string name;
  std::string query;
  bool alert{};
  std::string trouble;  ///< why its last evaluation failed; empty if it did not

  /// Labels that every result has: a recording rule is named level:metric:operations, and its level after them.
  [[nodiscard]] std::vector<std::string> level() const;
};

/// Those that are loaded, as the server tells them.
[[nodiscard]] Result<std::vector<Rule>> loaded_rules(const PrometheusServer& server);

struct Sample {
  LabelMap labels;
  double value{};
};

/// An instant query. @error kMalformed: it cannot be evaluated, or its answer is no vector
[[nodiscard]] Result<std::vector<Sample>> instant(const PrometheusServer& server, const std::string& expr);
/// Points of the longest series over the last two minutes, one each 5 s; 0 without any series.
[[nodiscard]] Result<std::size_t> points(const PrometheusServer& server, const std::string& expr);

/// Metrics that an expression asks for, each with the labels that it asks of it.
struct AskedMetric {
  std::string metric;
  std::set<std::string> labels;
};
[[nodiscard]] std::vector<AskedMetric> asked_metrics(const std::string& expr);

}  // namespace procledger::test
