// SPDX-License-Identifier: Apache-2.0
#include "procfs/cgroup_mode.hpp"

#include "procfs/mountinfo.hpp"

namespace procledger::procfs {

CgroupMounts parse_cgroup_mounts(std::string_view text) {
  CgroupMounts found;
  bool legacy = false;
  for (const Mount& mount : parse_mountinfo(text)) {
    legacy = legacy || mount.type == "cgroup";
    if (mount.type == "cgroup2" && found.unified.empty()) found.unified = mount.point;
  }
  if (legacy) {
    found.mode = found.unified.empty() ? "v1" : "hybrid";
  } else if (!found.unified.empty()) {
    found.mode = "v2";
  }
  return found;
}

}  // namespace procledger::procfs
