// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/cgroup.hpp"

#include "base/text.hpp"
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

bool lists(std::string_view list, std::string_view item) {
  while (!list.empty()) {
    if (take_until(list, ',') == item) return true;
  }
  return false;
}

std::optional<std::string_view> parse_cgroup_line(std::string_view text, std::string_view controller) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');  // hierarchy:controllers:path
    const std::string_view hierarchy = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    const bool wanted = controller.empty() ? hierarchy == "0" : lists(controllers, controller);
    if (!wanted || line.ends_with(" (deleted)")) continue;
    return line;
  }
  return std::nullopt;
}

}  // namespace procledger::procfs
