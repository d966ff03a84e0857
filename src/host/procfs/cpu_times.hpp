// SPDX-License-Identifier: Apache-2.0
// The host's CPU time that is no task's, as /proc/stat tells it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// Sums over all CPUs since boot, in steps of USER_HZ. A kernel that does not keep a part apart shows ticks or 0 here: whether a
/// figure means anything is for those to judge who know the kernel's configuration.
struct CpuTimes {
  std::uint64_t idle_ns{};  ///< with iowait. Coarse: a storm of context switches makes it 3.6 % too large
  std::uint64_t irq_ns{};
  std::uint64_t softirq_ns{};
  std::uint64_t steal_ns{};
};

/// Parses the text of /proc/stat.
/// @param user_hz  ticks a second of the file, 1..1000000000: sysconf(_SC_CLK_TCK)
/// @error  kMalformed: no "cpu" line with eight numbers
/// @source fs/proc/stat.c:show_stat
[[nodiscard]] Result<CpuTimes> parse_cpu_times(std::string_view text, std::uint64_t user_hz);

}  // namespace procledger::procfs
