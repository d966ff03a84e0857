// SPDX-License-Identifier: Apache-2.0
// The consumption of a command's process tree.
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

/// The usage of processes while they ran one program.
struct ProgramValues {
  std::string name;                         ///< as from the kernel, not made safe
  std::uint64_t processes{};                ///< processes whose last program is this one: each counts once over all programs
  std::uint64_t alive{};                    ///< live processes among them, at the end
  event::TaskCounters total;                ///< exact, with the time of tasks on a CPU at the end
  ledger::CpuSplit cpu;                     ///< total.cpu_ns, split
  std::uint64_t estimated_ns{};             ///< estimated CPU time that is not in `total`
  std::optional<std::uint64_t> peak_bytes;  ///< largest resident size of one process
  std::uint64_t longest_ns{};               ///< longest time that one process ran the program without exec
  std::uint64_t execs{};
  ExitCounts exits{};
  [[nodiscard]] std::uint64_t cpu_ns() const { return total.cpu_ns + estimated_ns; }
};

/// The usage of the whole tree.
struct Values {
  event::TaskCounters total;  ///< of all programs
  ledger::CpuSplit cpu;       ///< all CPU time with the estimate, split by the ticks of the whole tree
  std::uint64_t estimated_ns{};
  std::uint64_t processes{};
  std::uint64_t alive{};
  std::uint64_t most_alive{};  ///< max number of processes alive at once
  ExitCounts exits{};
  std::optional<std::uint64_t> peak_bytes;     ///< max over the scans of the resident size of all live processes together
  std::optional<std::uint64_t> largest_bytes;  ///< largest resident size of one process
  std::string largest_program;
  std::uint64_t scans{};               ///< number of scans
  std::uint64_t unattributed_tasks{};  ///< unattributed exit records during the run; they may belong to this tree
  std::uint64_t unattributed_cpu_ns{};
  std::vector<ProgramValues> programs;  ///< most CPU time first
  std::vector<Node> nodes;              ///< if requested; parents before their children
  std::vector<std::string> node_names;  ///< by Node::program
  std::uint64_t unlisted{};             ///< processes beyond the limit of nodes

  [[nodiscard]] std::uint64_t cpu_ns() const { return cpu.user_ns + cpu.system_ns; }
};

/// Adds usage that the source missed. `reaped` is the usage that the kernel reported at the reaping of the command, with all children that
/// were waited for. The missing CPU time becomes an estimate under a program of its own, "(unseen)".
/// @param largest_bytes  largest resident size of one of these processes
void complete(Values& values, const event::TaskCounters& reaped, std::uint64_t largest_bytes);

/// The present values of a running tree, in short.
struct LiveSample {
  std::uint64_t time_ns{};  ///< since the start
  std::uint64_t cpu_ns{};
  std::uint64_t started{};  ///< number of processes so far
  std::uint64_t alive{};
  std::optional<std::uint64_t> resident_bytes;
};

}  // namespace procledger::proctree
