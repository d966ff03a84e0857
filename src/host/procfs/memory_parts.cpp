// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/memory_parts.hpp"

#include <array>

#include "host/procfs/file.hpp"

namespace procledger::procfs {

Result<MemoryParts> parse_memory_parts(std::string_view text, std::uint64_t page_bytes) {
  std::array<std::uint64_t, 6> pages{};  // size resident shared text lib data
  for (std::uint64_t& each : pages) {
    const auto number = to_number<std::uint64_t>(take_word(text));
    if (!number) return fail(ErrorKind::kMalformed, "a statm file that does not begin with six numbers");
    each = *number;
  }
  return MemoryParts{.mapped = pages[0] * page_bytes,
                     .resident = pages[1] * page_bytes,
                     .shared = pages[2] * page_bytes,
                     .text = pages[3] * page_bytes,
                     .data = pages[5] * page_bytes};
}

}  // namespace procledger::procfs
