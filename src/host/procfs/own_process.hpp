// SPDX-License-Identifier: Apache-2.0
// Values of the daemon's own process from /proc/self, for the process_* metrics that every exporter has.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// Values of this process. A value is absent if the daemon could not read it.
struct OwnUsage {
  std::optional<std::uint64_t> cpu_ns;
  std::optional<std::uint64_t> start_boottime_ns;
  std::optional<std::uint64_t> virtual_bytes;
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> open_fds;
  std::optional<std::uint64_t> max_fds;  ///< soft limit; absent when unlimited
};

/// Times and state from a stat file.
struct StatTimes {
  std::uint64_t cpu_ns{};             ///< user and system time, exited threads included
  std::uint64_t start_boottime_ns{};  ///< CLOCK_BOOTTIME, whole ticks
  char state{};                       ///< of the main thread, as in proc(5): 'R', 'S', 'Z', ...
};

/// Parses the text of /proc/<pid>/stat. The comm may hold any characters, also parentheses and newlines.
/// @param user_hz  as for parse_cpu_times
/// @error  kMalformed
[[nodiscard]] Result<StatTimes> parse_stat_times(std::string_view text, std::uint64_t user_hz);

struct MemorySizes {
  std::uint64_t virtual_bytes{};
  std::uint64_t resident_bytes{};
};

/// Parses the text of /proc/<pid>/statm.
/// @error  kMalformed
[[nodiscard]] Result<MemorySizes> parse_statm(std::string_view text, std::uint64_t page_bytes);

/// The soft limit of open files in the text of /proc/<pid>/limits; absent when unlimited.
/// @error  kMalformed: no such line
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_max_fds(std::string_view text);

}  // namespace procledger::procfs
