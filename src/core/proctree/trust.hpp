// SPDX-License-Identifier: Apache-2.0
// How far the figures of several runs of one command can be trusted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::proctree {

/// As far as those of the worst run: a mean has every gap of its runs.
struct Trust {
  Qualities qualities;
  std::vector<event::LossCount> losses;  ///< sums, by cause
  std::uint64_t unnamed_tasks{};
  std::uint64_t unnamed_cpu_ns{};
  std::string trouble;      ///< the first that there was
  std::size_t timed_out{};  ///< so many runs
  std::size_t killed{};
};

[[nodiscard]] Trust trust(std::span<const Run> runs);

}  // namespace procledger::proctree
