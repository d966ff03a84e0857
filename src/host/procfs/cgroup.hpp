// SPDX-License-Identifier: Apache-2.0
// Which cgroup hierarchies this host runs.
#pragma once

#include <string>
#include <string_view>

namespace procledger::procfs {

/// From the text of /proc/<pid>/mountinfo: v1, v2 or hybrid (both are mounted); empty when there is none. Lines that are not mounts are
/// skipped.
/// @source Documentation/filesystems/proc.rst section 3.5
[[nodiscard]] std::string parse_cgroup_mode(std::string_view mountinfo);

/// Whether a v1 hierarchy has cpuacct, from the text of /proc/cgroups: then that is where containers are told apart, whatever else v2 has.
/// @source kernel/cgroup/cgroup-v1.c proc_cgroupstats_show(): name, hierarchy (0 is v2), cgroups, enabled
[[nodiscard]] bool has_cpuacct_in_v1(std::string_view cgroups);

struct CgroupSetup {
  std::string mode;      ///< as parse_cgroup_mode()
  bool cpuacct_in_v1{};  ///< else the v2 hierarchy says who is in which container
};

}  // namespace procledger::procfs
