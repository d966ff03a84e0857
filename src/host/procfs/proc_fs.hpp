// SPDX-License-Identifier: Apache-2.0
// Thin readers over the pure parsers of this module.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "host/procfs/cgroup.hpp"
#include "host/procfs/own_process.hpp"

namespace procledger::procfs {

// The host's CPU time that is no task's, as /proc/stat tells it.

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

class ProcFs {
 public:
  /// @param root  where procfs is mounted
  explicit ProcFs(std::string root) : root_{std::move(root)} {}

  [[nodiscard]] Result<CpuTimes> cpu_times() const;
  [[nodiscard]] Result<CgroupSetup> cgroup_setup() const;

  /// Whatever can be read of this process.
  [[nodiscard]] OwnFigures own_figures() const;

  /// Whether this process lives in the host's pid namespace: in any other one BPF programs and we number processes differently.
  [[nodiscard]] Result<bool> in_initial_pid_namespace() const;

 private:
  std::string root_;
};

}  // namespace procledger::procfs
