// SPDX-License-Identifier: Apache-2.0
// What a Prometheus server is asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace procledger::report {

/// Which groups are wanted. Patterns are Prometheus's: RE2, over the whole value.
struct Filter {
  std::string namespace_pattern;      ///< empty: all
  std::vector<std::string> excluded;  ///< names of groups

  friend bool operator==(const Filter&, const Filter&) = default;
};

/// `text` as a string of PromQL, in quotes.
[[nodiscard]] std::string promql_string(std::string_view text);

/// CPU time of each group: a counter, modes summed.
[[nodiscard]] std::string cpu_query(const Filter& filter);
/// When the daemons were scraped that told of them: of each `job` and `instance`, Unix time in seconds. The same for every filter.
[[nodiscard]] std::string clock_query();
/// Resident memory of each group, bytes.
[[nodiscard]] std::string memory_query(const Filter& filter);

}  // namespace procledger::report
