// SPDX-License-Identifier: Apache-2.0
// The PromQL query of `report`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/report/rows.hpp"

namespace procledger::report {

/// The selection of groups. Patterns are those of Prometheus: RE2, matched against the whole value.
struct Filter {
  std::string namespace_pattern;      ///< empty: all namespaces
  std::vector<std::string> excluded;  ///< patterns of group names

  friend bool operator==(const Filter&, const Filter&) = default;
};

/// `text` as a quoted PromQL string.
[[nodiscard]] std::string promql_string(std::string_view text);

/// One query for all that a report needs. Its answer shows the server at one moment. Between two queries a scrape may end: its growth would
/// be in the counters, and its time would not be in the clock.
[[nodiscard]] std::string report_query(const Filter& filter);

/// Sorts the series of the answer to report_query().
/// @return  kMalformed: a series is of no part of the query
[[nodiscard]] Result<Answers> answers_of(SeriesList answer, const Window& window);

}  // namespace procledger::report
