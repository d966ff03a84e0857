// SPDX-License-Identifier: Apache-2.0
// One run of a command: its values and the quality of its data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/event/host.hpp"
#include "core/proctree/values.hpp"

namespace procledger::proctree {

/// The exit status that a shell reports for a wait status: the exit code, or 128 plus the signal number.
[[nodiscard]] constexpr int shell_status(std::uint32_t status) {
  const std::uint32_t signal = status & 0x7f;
  return static_cast<int>(signal != 0 ? 128 + signal : status >> 8 & 0xff);
}
/// The signal that killed the process; 0 if none did.
[[nodiscard]] constexpr int ending_signal(std::uint32_t status) { return static_cast<int>(status & 0x7f); }

/// One run of a command. The `run` command makes it, the reports read it.
struct Run {
  Values values;
  std::uint64_t wall_ns{};  ///< from before the fork to the end of the command, or with --wait-all to the end of the tree
  std::uint32_t status{};   ///< of the command, as from wait(2)
  bool timed_out{};         ///< the tree got the signal to end
  bool killed{};            ///< the tree did not end in time and was killed
  std::string source;
  event::KernelFacts kernel;
  std::vector<event::LossCount> losses;  ///< losses above 0 during this run
  std::string trouble;                   ///< the error of the source, if any
  std::vector<LiveSample> samples;       ///< if requested
};

/// Quality of a value, the worst last.
enum class Quality : std::uint8_t {
  kExact,
  kEstimated,  ///< a part of the value was not seen and is inferred
  kAtLeast,    ///< the unseen part of the value is missing
};

/// Quality of CPU time, of processes and their exits, and of all other usage.
struct Qualities {
  Quality cpu{Quality::kExact};
  Quality processes{Quality::kExact};
  Quality work{Quality::kExact};
};

[[nodiscard]] Qualities qualities(const Run& run);

/// Data quality of several runs of one command: that of the worst run, because a mean has every gap of its runs.
struct DataQuality {
  Qualities qualities;
  std::vector<event::LossCount> losses;  ///< sums, by cause
  std::uint64_t unattributed_tasks{};
  std::uint64_t unattributed_cpu_ns{};
  std::string trouble;      ///< the first error of a source
  std::size_t timed_out{};  ///< number of runs that timed out
  std::size_t killed{};     ///< number of runs that were killed
};

[[nodiscard]] DataQuality data_quality(std::span<const Run> runs);

}  // namespace procledger::proctree
