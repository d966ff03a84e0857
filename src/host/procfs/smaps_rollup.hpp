// SPDX-License-Identifier: Apache-2.0
// /proc/PID/smaps_rollup: the kernel walks all page tables of the process to answer, so this is dear for a large one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::procfs {

/// What is shared counts in equal parts in each process that maps it, so that sums over processes mean something.
struct ProportionalMemory {
  std::uint64_t pss_bytes{};
  std::optional<std::uint64_t> swap_pss_bytes;  ///< swapped out; absent: this kernel does not tell
};

/// @source  fs/proc/task_mmu.c:__show_smap
/// @error  kMalformed
[[nodiscard]] Result<ProportionalMemory> parse_smaps_rollup(std::string_view text);

/// Absent for what has no memory of its own, kernel threads and zombies, and where the kernel does not tell us for want of rights.
/// @error  kMalformed or kIo
[[nodiscard]] Result<std::optional<ProportionalMemory>> read_proportional_memory(const ProcessDir& process);

}  // namespace procledger::procfs
