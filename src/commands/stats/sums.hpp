// SPDX-License-Identifier: Apache-2.0
// Sums over the selected processes, under the keys of metrics-per-process (docs/from-metrics-per-process.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commands/stats/own_usage.hpp"
#include "commands/stats/reading.hpp"
#include "core/event/observation.hpp"

namespace procledger::stats {

/// Values by key.
using Values = std::map<std::string, double>;

/// The usage of one process from a source that followed every thread, and the time that the source covered.
struct Followed {
  event::TaskCounters used;
  std::uint64_t elapsed_ns{};
};

/// The observation of one process: one reading, or two readings with the interval between.
struct Observed {
  std::optional<Reading> before;  ///< absent: no rates are wanted
  Reading after;
  std::optional<Followed> followed;  ///< the usage between `before` and `after`, within the accuracy of the two times
};

struct Sums {
  Values values;                                 ///< including zeros
  std::map<std::string, std::uint64_t> partial;  ///< for "fds", "io_counters", "conns": the number of processes that could not be read
};

/// @param memory_bytes  the memory of the host
/// @param connections   the readings have sockets
[[nodiscard]] Sums sum_up(const std::vector<Observed>& processes, std::uint64_t memory_bytes, bool connections);

/// Removes values that are 0.
/// @param keep_important  keep the zeros of `total_processes`, of the keys that graphs show, and of their rates
[[nodiscard]] Values without_zeros(const Values& values, bool keep_important);

}  // namespace procledger::stats
