// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cgroup.hpp"

#include "host/procfs/file.hpp"
#include "host/procfs/mountinfo.hpp"

namespace procledger::procfs {

std::string parse_cgroup_mode(std::string_view mountinfo) {
  bool legacy = false;
  bool unified = false;
  for (const Mount& mount : parse_mountinfo(mountinfo)) {
    legacy = legacy || mount.type == "cgroup";
    unified = unified || mount.type == "cgroup2";
  }
  if (legacy) return unified ? "hybrid" : "v1";
  return unified ? "v2" : "";
}

bool has_cpuacct_in_v1(std::string_view cgroups) {
  while (!cgroups.empty()) {
    std::string_view line = take_until(cgroups, '\n');
    if (take_until(line, '\t') != "cpuacct") continue;
    const std::string_view hierarchy = take_until(line, '\t');
    return !hierarchy.empty() && hierarchy != "0";
  }
  return false;
}

}  // namespace procledger::procfs
