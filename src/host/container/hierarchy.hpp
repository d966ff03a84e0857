// SPDX-License-Identifier: Apache-2.0
// Finds the mount of a cgroup hierarchy. The caller chooses the hierarchy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace procledger::container {

enum class Hierarchy : std::uint8_t {
  kUnified,  ///< v2
  kCpuacct,  ///< v1, alone or mounted with others ("cpu,cpuacct")
  kSystemd,  ///< v1, name=systemd: groups only, no controller
};

struct CgroupMount {
  std::string point;  ///< the directory to read
  std::string root;   ///< path of that directory in the hierarchy: empty for the root, else it begins with "/"
};

/// Finds the mount in `procfs_root`/self/mountinfo. Of several mounts the one with the largest part of the hierarchy is returned.
/// @param cgroupfs  path of the host's /sys/fs/cgroup, if it is elsewhere: only mounts at or below it count. If it has no mounts (a plain
///                  bind of a tree of mounts, or a copy), the usual names in it count. Empty: any mount
/// @error  kUnsupported: the hierarchy is not mounted; or mountinfo cannot be read
[[nodiscard]] Result<CgroupMount> find_cgroup_mount(const std::string& procfs_root, Hierarchy hierarchy, const std::string& cgroupfs = "");

/// As find_cgroup_mount, from the text of mountinfo alone.
[[nodiscard]] Result<CgroupMount> parse_cgroup_mount(std::string_view mountinfo, Hierarchy hierarchy, std::string_view cgroupfs = "");

}  // namespace procledger::container
