// SPDX-License-Identifier: Apache-2.0
// Computes the rows of a report from series: min, mean and max of each group over a window.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procledger::report {

// Series of a range query.

using Labels = std::map<std::string, std::string>;

/// A time on the grid of the query: Unix time in whole milliseconds.
using Step = std::int64_t;

struct Series {
  Labels labels;
  std::map<Step, double> values;
};
using SeriesList = std::vector<Series>;

/// The grid of a range query. The end of the window is on the grid.
struct Window {
  Step begin_ms{};
  Step end_ms{};
  std::int64_t step_ms{};
  [[nodiscard]] std::int64_t steps() const { return (end_ms - begin_ms) / step_ms; }
};

/// Min, mean and max over a window.
struct Spread {
  double min{};
  double avg{};
  double max{};
};

/// One row of the report.
struct Row {
  std::vector<std::string> key;  ///< the values of the requested labels, in their order; empty: the series lacks the label
  Spread cpu;                    ///< CPUs in use
  std::optional<Spread> memory;  ///< resident bytes; absent: no daemon exports memory
};

enum class SortBy : std::uint8_t { kCpu, kMemory, kName };

/// The parts of the answer to a range query.
struct Answers {
  SeriesList cpu;     ///< CPU counters in seconds, one series per group and target
  SeriesList clock;   ///< the last scrape of each target at each step, Unix time in seconds; whatever the filter
  SeriesList memory;  ///< resident bytes
  Window window;
};

/// Makes one row for each combination of the labels `by`. Series with the same combination are summed. The CPU rate is the growth of the
/// counters between two scrapes over the time between them, so no growth is extrapolated. A group that appears between two scrapes starts
/// at 0, and its whole counter is growth; rate() would lose this growth, and with it every group that lives for less than two scrapes. A
/// group without a series uses nothing while its daemon is scraped. Times without scrapes of a daemon do not count for its groups.
/// @return  sorted; empty: no daemon was scraped twice
[[nodiscard]] std::vector<Row> rows_of(const Answers& answers, const std::vector<std::string>& by, SortBy sort);

}  // namespace procledger::report
