// SPDX-License-Identifier: Apache-2.0
// From series to what is reported: of each group the least, the mean and the most over a window.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace procledger::report {

// Series as a range query gives them.

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

struct Spread {
  double min{};
  double avg{};
  double max{};
};

struct Row {
  std::vector<std::string> key;  ///< values of the labels that were asked for, in their order; empty where a series has none
  Spread cpu;                    ///< CPUs in use
  std::optional<Spread> memory;  ///< resident bytes; absent where nobody tells
};

enum class SortBy : std::uint8_t { kCpu, kMemory, kName };

/// What three range queries over one grid brought.
struct Answers {
  SeriesList cpu;     ///< counters of CPU seconds, one a group, its labels and its target
  SeriesList clock;   ///< of each target its last scrape at each step, Unix time in seconds
  SeriesList memory;  ///< bytes
  Window window;
};

/// One row for each combination of the values of `by` that any series has; what has the same is summed. CPU time is what counters grew by
/// between two scrapes, over the time between them, so that no growth is extrapolated. A group that appears between two scrapes began at
/// 0 then, and all of its counter is growth: rate() would lose it, and with it whatever lives for less than two scrapes. One that is not
/// there while its daemon is uses nothing. Times in which a daemon was not scraped count for nobody.
/// @return  sorted; empty if nobody was scraped twice
[[nodiscard]] std::vector<Row> rows_of(const Answers& answers, const std::vector<std::string>& by, SortBy sort);

}  // namespace procledger::report
