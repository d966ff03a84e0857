// SPDX-License-Identifier: Apache-2.0
// The PromQL queries of `report`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace procledger::report {

/// The selection of groups. Patterns are those of Prometheus: RE2, matched against the whole value.
struct Filter {
  std::string namespace_pattern;      ///< empty: all namespaces
  std::vector<std::string> excluded;  ///< patterns of group names

  friend bool operator==(const Filter&, const Filter&) = default;
};

/// `text` as a quoted PromQL string.
[[nodiscard]] std::string promql_string(std::string_view text);

/// The CPU counter of each group, summed over modes.
[[nodiscard]] std::string cpu_query(const Filter& filter);
/// The last scrape of each daemon, by `job` and `instance`, as Unix time in seconds. Does not depend on the filter.
[[nodiscard]] std::string clock_query();
/// The resident memory of each group in bytes.
[[nodiscard]] std::string memory_query(const Filter& filter);

}  // namespace procledger::report
