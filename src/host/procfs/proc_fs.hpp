// SPDX-License-Identifier: Apache-2.0
// Thin readers over the pure parsers of this module.
#pragma once

#include <string>

#include "base/result.hpp"
#include "host/procfs/cgroup.hpp"
#include "host/procfs/cpu_times.hpp"
#include "host/procfs/own_process.hpp"

namespace procledger::procfs {

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
