// SPDX-License-Identifier: Apache-2.0
// What a command's tree consumed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/proctree/lineage.hpp"

namespace procledger::proctree {

using ExitCounts = std::array<std::uint64_t, ledger::kExitReasonCount>;

/// What processes did while they ran one program.
struct ProgramFigures {
  std::string name;                         ///< as it came from the kernel
  std::uint64_t processes{};                ///< that ended or live as this program: each counts once over all programs
  std::uint64_t alive{};                    ///< of these, as of the end
  event::Totals total;                      ///< exact; what runs at the end is in it
  ledger::CpuSplit cpu;                     ///< total.cpu_ns, split
  std::uint64_t estimated_ns{};             ///< CPU time beyond it that nobody saw
  std::optional<std::uint64_t> peak_bytes;  ///< most that one process had resident
  std::uint64_t longest_ns{};               ///< that one process ran it without exec
  std::uint64_t execs{};
  ExitCounts exits{};
  [[nodiscard]] std::uint64_t cpu_ns() const { return total.cpu_ns + estimated_ns; }
};

struct Figures {
  event::Totals total;   ///< of all programs
  ledger::CpuSplit cpu;  ///< all CPU time, the estimate included; split by the ticks of the whole tree
  std::uint64_t estimated_ns{};
  std::uint64_t processes{};
  std::uint64_t alive{};
  std::uint64_t most_alive{};  ///< at once
  ExitCounts exits{};
  std::optional<std::uint64_t> peak_bytes;     ///< most that the living had resident together, as far as was looked
  std::optional<std::uint64_t> largest_bytes;  ///< most that one process had resident
  std::string largest_program;
  std::uint64_t looks{};          ///< at the living
  std::uint64_t unnamed_tasks{};  ///< whose records lost their names on the way; they may have been of this tree
  std::uint64_t unnamed_cpu_ns{};
  std::vector<ProgramFigures> programs;  ///< most CPU time first
  std::vector<Node> nodes;               ///< if they were to be kept; parents before their children
  std::vector<std::string> node_names;   ///< by Node::program
  std::uint64_t unlisted{};              ///< processes beyond what is kept of them

  [[nodiscard]] std::uint64_t cpu_ns() const { return cpu.user_ns + cpu.system_ns; }
};

/// Makes up for what a source has not seen, from what the kernel told when the command was reaped: all who were waited for are in it. The
/// CPU time that is missing is an estimate, in a program of its own.
/// @param largest_bytes  most that one of them had resident
void complete(Figures& figures, const event::Totals& reaped, std::uint64_t largest_bytes);

/// The present, in short.
struct Glance {
  std::uint64_t time_ns{};  ///< since the start
  std::uint64_t cpu_ns{};
  std::uint64_t started{};  ///< processes, so far
  std::uint64_t alive{};
  std::optional<std::uint64_t> resident_bytes;
};

}  // namespace procledger::proctree
