// SPDX-License-Identifier: Apache-2.0
// Where a cgroup hierarchy is mounted. Which of them counts is not decided here.
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
  std::string root;   ///< path of that directory in the hierarchy: empty for its root, else beginning with "/"
};

/// Finds it in `procfs_root`/self/mountinfo. Of several mounts that with the most of the hierarchy counts.
/// @param cgroupfs  where the host's /sys/fs/cgroup is, if not there: only mounts at or below it count, and when it has none (a plain
///                  bind of a tree of mounts, or a copy) the usual names in it. Empty: any mount
/// @error  kUnsupported: it is not mounted; or mountinfo cannot be read
[[nodiscard]] Result<CgroupMount> find_cgroup_mount(const std::string& procfs_root, Hierarchy hierarchy, const std::string& cgroupfs = "");

/// The same from the text of mountinfo alone.
[[nodiscard]] Result<CgroupMount> parse_cgroup_mount(std::string_view mountinfo, Hierarchy hierarchy, std::string_view cgroupfs = "");

}  // namespace procledger::container
