// SPDX-License-Identifier: Apache-2.0
// Finds the cgroup hierarchies of this host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace procledger::procfs {

/// The mode from the text of /proc/<pid>/mountinfo: v1, v2 or hybrid (both are mounted); empty without a cgroup mount. Lines that are not
/// mounts are skipped.
/// @source Documentation/filesystems/proc.rst section 3.5
[[nodiscard]] std::string parse_cgroup_mode(std::string_view mountinfo);

/// Whether a v1 hierarchy has cpuacct, from the text of /proc/cgroups. That hierarchy then identifies containers, even if v2 is mounted.
/// @source kernel/cgroup/cgroup-v1.c proc_cgroupstats_show(): name, hierarchy (0 is v2), cgroups, enabled
[[nodiscard]] bool has_cpuacct_in_v1(std::string_view cgroups);

struct CgroupSetup {
  std::string mode;      ///< as parse_cgroup_mode()
  bool cpuacct_in_v1{};  ///< false: the v2 hierarchy identifies containers
};

/// The cgroup of a process in one hierarchy, from the text of /proc/PID/cgroup, as the reader's cgroup namespace shows it.
/// @param controller  a controller of the v1 hierarchy, alone or with others; empty: the v2 hierarchy
/// @return  a view into the text; absent: the process is not in that hierarchy, or its cgroup was removed
[[nodiscard]] std::optional<std::string_view> parse_cgroup_line(std::string_view text, std::string_view controller);

/// Whether a comma-separated list has `item`.
[[nodiscard]] bool lists(std::string_view list, std::string_view item);

}  // namespace procledger::procfs
