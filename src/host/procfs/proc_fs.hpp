// SPDX-License-Identifier: Apache-2.0
// Reads host-wide values and values of this process from /proc, with the pure parsers of this module.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "host/procfs/cgroup.hpp"
#include "host/procfs/own_process.hpp"

namespace procledger::procfs {

/// CPU time of the host outside tasks from /proc/stat: sums over all CPUs since boot, in steps of USER_HZ. A kernel that does not account
/// for a part separately shows ticks or 0 here. The caller must know the kernel's configuration to interpret a part.
struct CpuTimes {
  std::uint64_t idle_ns{};  ///< with iowait. Coarse: 3.6 % too large under a storm of context switches
  std::uint64_t irq_ns{};
  std::uint64_t softirq_ns{};
  std::uint64_t steal_ns{};
};

/// Parses the text of /proc/stat.
/// @param user_hz  ticks per second of the file, 1..1000000000: sysconf(_SC_CLK_TCK)
/// @error  kMalformed: no "cpu" line with eight numbers
/// @source fs/proc/stat.c:show_stat
[[nodiscard]] Result<CpuTimes> parse_cpu_times(std::string_view text, std::uint64_t user_hz);

/// Reads files of one procfs mount. The collector, the probe and the commands call it.
class ProcFs {
 public:
  /// @param root  mount point of procfs
  explicit ProcFs(std::string root) : root_{std::move(root)} {}

  [[nodiscard]] Result<CpuTimes> cpu_times() const;
  [[nodiscard]] Result<CgroupSetup> cgroup_setup() const;

  /// The readable values of this process.
  [[nodiscard]] OwnUsage own_values() const;

  /// Whether this process is in the initial pid namespace. In any other namespace its PIDs differ from the PIDs of BPF programs.
  [[nodiscard]] Result<bool> in_initial_pid_namespace() const;

 private:
  std::string root_;
};

}  // namespace procledger::procfs
