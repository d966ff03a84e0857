// SPDX-License-Identifier: Apache-2.0
// Reads /proc/PID/smaps_rollup. The kernel visits all page tables of the process, so a read is expensive for a large process.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::procfs {

/// Proportional memory of a process. Each process that maps shared memory has an equal part of it, so sums over processes are meaningful.
struct ProportionalMemory {
  std::uint64_t pss_bytes{};
  std::optional<std::uint64_t> swap_pss_bytes;  ///< swapped out; absent: this kernel does not report it
};

/// @source  fs/proc/task_mmu.c:__show_smap
/// @error  kMalformed
[[nodiscard]] Result<ProportionalMemory> parse_smaps_rollup(std::string_view text);

/// Absent for processes without memory of their own (kernel threads, zombies), and if the daemon lacks the right to read it.
/// @error  kMalformed or kIo
[[nodiscard]] Result<std::optional<ProportionalMemory>> read_proportional_memory(const ProcessDir& process);

}  // namespace procledger::procfs
