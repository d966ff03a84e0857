// SPDX-License-Identifier: Apache-2.0
// What a statm file tells of an address space.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// Bytes. The kernel shows two more parts, "lib" and "dt", which are 0 since Linux 2.6.
struct MemoryParts {
  std::uint64_t mapped{};
  std::uint64_t resident{};
  std::uint64_t shared{};  ///< resident, of files and shared memory
  std::uint64_t text{};    ///< mapped from the program's own code
  std::uint64_t data{};    ///< mapped as data and stack
};

/// Parses the text of /proc/<pid>/statm. All zero without an address space: kernel threads.
/// @error  kMalformed
/// @source fs/proc/array.c:proc_pid_statm
[[nodiscard]] Result<MemoryParts> parse_memory_parts(std::string_view text, std::uint64_t page_bytes);

}  // namespace procledger::procfs
