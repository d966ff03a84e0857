// SPDX-License-Identifier: Apache-2.0
// A cgroup that counts CPU time: the independent count that tests compare procledger with.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace procledger::test {

struct CgroupSplit {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
};

/// The mount point of the hierarchy that CpuCgroup uses; empty if none is mounted.
[[nodiscard]] std::string hierarchy_root();

/// A new cgroup of the cpuacct hierarchy (v1: nanoseconds), or of v2 without cpuacct (cpu.stat: microseconds). The kernel charges the
/// cgroup in the same call that charges the task (kernel/sched/cputime.c, cpuacct_charge and cgroup_account_cputime), so both agree to the
/// nanosecond as soon as no member is on a CPU. The destructor kills the members and removes the cgroup.
class CpuCgroup {
 public:
  /// @param name  a path below the root of the hierarchy; the parent of the path exists
  /// @error kPermission, kUnsupported: no writable cgroup hierarchy
  [[nodiscard]] static Result<CpuCgroup> create(const std::string& name);

  CpuCgroup(CpuCgroup&& other) noexcept;
  CpuCgroup& operator=(CpuCgroup&&) = delete;
  CpuCgroup(const CpuCgroup&) = delete;
  CpuCgroup& operator=(const CpuCgroup&) = delete;
  ~CpuCgroup();

  /// A process that writes "0" to this file joins the cgroup.
  [[nodiscard]] std::string procs_file() const { return directory_ + "/cgroup.procs"; }
  [[nodiscard]] std::uint64_t usage_ns() const;
  /// The tick samples of the kernel, in user and in system mode.
  [[nodiscard]] CgroupSplit split() const;
  [[nodiscard]] std::vector<pid_t> members() const;

 private:
  CpuCgroup(std::string directory, bool v2) : directory_{std::move(directory)}, v2_{v2} {}
  [[nodiscard]] std::uint64_t number(const char* file) const;
  [[nodiscard]] std::uint64_t stat(const std::string& key) const;

  std::string directory_;  ///< empty if moved from
  bool v2_{};
};

}  // namespace procledger::test
