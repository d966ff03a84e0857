// SPDX-License-Identifier: Apache-2.0
// Series as a range query gives them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace procledger::report {

using Labels = std::map<std::string, std::string>;

/// Whole milliseconds of Unix time, on the grid of the query.
using Step = std::int64_t;

struct Series {
  Labels labels;
  std::map<Step, double> values;
};
using SeriesList = std::vector<Series>;

/// The grid of a range query: its end is on it.
struct Window {
  Step begin_ms{};
  Step end_ms{};
  std::int64_t step_ms{};
  [[nodiscard]] std::int64_t steps() const { return (end_ms - begin_ms) / step_ms; }
};

}  // namespace procledger::report
