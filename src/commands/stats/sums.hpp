// SPDX-License-Identifier: Apache-2.0
// Sums over the chosen processes, by the keys of metrics-per-process (docs/from-metrics-per-process.md).
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

using Figures = std::map<std::string, double>;

/// What somebody who followed every thread of a process saw it use, and in what time.
struct Followed {
  event::Totals used;
  std::uint64_t elapsed_ns{};
};

/// What is known of one process: one reading, or two with some time between.
struct Observed {
  std::optional<Reading> before;  ///< absent: no rates are wanted
  Reading after;
  std::optional<Followed> followed;  ///< in between, as closely as `before` and `after` allow
};

struct Sums {
  Figures figures;                               ///< zeros among them
  std::map<std::string, std::uint64_t> partial;  ///< "fds", "io_counters", "conns": of so many processes it could not be read
};

/// @param memory_bytes  of the host
/// @param connections   whether readings have sockets
[[nodiscard]] Sums sum_up(const std::vector<Observed>& processes, std::uint64_t memory_bytes, bool connections);

/// Leaves out what is 0.
/// @param keep_important  but for `total_processes`, the keys that a graph is drawn of, and their rates
[[nodiscard]] Figures without_zeros(const Figures& figures, bool keep_important);

}  // namespace procledger::stats
