// SPDX-License-Identifier: Apache-2.0
// Which cgroup hierarchies this host runs.
#pragma once

#include <string>
#include <string_view>

namespace procledger::procfs {

struct CgroupMounts {
  std::string mode;     ///< v1, v2 or hybrid (both are mounted); empty when there is none
  std::string unified;  ///< where the v2 hierarchy is mounted; empty when it is not
};

/// Parses the text of /proc/<pid>/mountinfo; lines that are not mounts are skipped.
/// @source Documentation/filesystems/proc.rst section 3.5
[[nodiscard]] CgroupMounts parse_cgroup_mounts(std::string_view text);

struct CgroupSetup {
  std::string mode;
  bool unified_has_controllers{};  ///< else the v2 hierarchy only groups processes, and the limits are v1's
};

}  // namespace procledger::procfs
