// SPDX-License-Identifier: Apache-2.0
// One run of a command: its figures, and how far they can be trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event/host.hpp"
#include "core/proctree/figures.hpp"

namespace procledger::proctree {

/// What a shell makes of a wait status: the exit code, or 128 and the signal's number.
[[nodiscard]] constexpr int shell_status(std::uint32_t status) {
  const std::uint32_t signal = status & 0x7f;
  return static_cast<int>(signal != 0 ? 128 + signal : status >> 8 & 0xff);
}
/// The signal that ended it, 0 if none did.
[[nodiscard]] constexpr int ending_signal(std::uint32_t status) { return static_cast<int>(status & 0x7f); }

struct Run {
  Figures figures;
  std::uint64_t wall_ns{};  ///< from before the fork to the command's end, or to the end of all with --wait-all
  std::uint32_t status{};   ///< of the command, as wait(2) gives it
  bool timed_out{};         ///< the tree was told to end
  bool killed{};            ///< and did not in time
  std::string source;
  event::KernelFacts kernel;
  std::vector<event::LossCount> losses;  ///< during this run; those that happened
  std::string trouble;                   ///< what went wrong with the counting, if anything did
  std::vector<Glance> glances;           ///< if they were asked for
};

/// How a figure is to be read; the worst last.
enum class Quality : std::uint8_t {
  kExact,
  kEstimated,  ///< a part of it was not seen, and is inferred
  kAtLeast,    ///< what nobody saw is missing
};

/// Of CPU time; of processes and their ends; of everything else that processes did.
struct Qualities {
  Quality cpu{Quality::kExact};
  Quality processes{Quality::kExact};
  Quality work{Quality::kExact};
};

[[nodiscard]] Qualities qualities(const Run& run);

// How far the figures of several runs of one command can be trusted.

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
