// SPDX-License-Identifier: Apache-2.0
// The shipped PromQL queries, and the answers of a Prometheus.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/exposition.hpp"
#include "support/prometheus_server.hpp"

namespace procledger::test {

/// A query of a document or a dashboard.
struct ShippedQuery {
  std::string place;  ///< "docs/cookbook.md:12", "overview.json: CPU"
  std::string expr;   ///< with values for the variables of a dashboard
  std::string label;  ///< if not empty, a required label of the answer
};

/// All queries that tools/list_queries prints.
[[nodiscard]] Result<std::vector<ShippedQuery>> shipped_queries();

struct Rule {
  std::string name;
  std::string query;
  bool alert{};
  std::string trouble;  ///< the error of the last evaluation; empty if there is none

  /// The labels of every result: the name of a recording rule is level:metric:operations, and the level lists the labels.
  [[nodiscard]] std::vector<std::string> level() const;
};

/// The loaded rules, as the server reports them.
[[nodiscard]] Result<std::vector<Rule>> loaded_rules(const PrometheusServer& server);

struct Sample {
  LabelMap labels;
  double value{};
};

/// An instant query. @error kMalformed: the query cannot be evaluated, or the answer is no vector
[[nodiscard]] Result<std::vector<Sample>> instant(const PrometheusServer& server, const std::string& expr);
/// The number of points of the longest series over the last two minutes, one every 5 s; 0 if there is no series.
[[nodiscard]] Result<std::size_t> points(const PrometheusServer& server, const std::string& expr);

/// A metric of an expression, with the labels that the expression uses.
struct AskedMetric {
  std::string metric;
  std::set<std::string> labels;
};
[[nodiscard]] std::vector<AskedMetric> asked_metrics(const std::string& expr);

}  // namespace procledger::test
