// SPDX-License-Identifier: Apache-2.0
#include "host/container/hierarchy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/unique_fd.hpp"
#include "host/container/cgroup_path.hpp"
#include "host/procfs/cgroup.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/mountinfo.hpp"

namespace procledger::container {
namespace {

using procfs::lists;

bool is(const procfs::Mount& mount, Hierarchy hierarchy) {
  switch (hierarchy) {
    case Hierarchy::kUnified:
      return mount.type == "cgroup2";
    case Hierarchy::kCpuacct:
      return mount.type == "cgroup" && lists(mount.options, "cpuacct");
    case Hierarchy::kSystemd:
      return mount.type == "cgroup" && lists(mount.options, "name=systemd");
  }
  return false;
}

std::string_view name_of(Hierarchy hierarchy) {
  switch (hierarchy) {
    case Hierarchy::kUnified:
      return "cgroup v2 hierarchy";
    case Hierarchy::kCpuacct:
      return "cgroup v1 hierarchy with cpuacct";
    case Hierarchy::kSystemd:
      return "cgroup v1 hierarchy name=systemd";
  }
  return "cgroup hierarchy";
}

std::string_view without_trailing_slashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// Removes leading "/.." from a root. "/.." stands for a cgroup above this process's cgroup namespace, whose name is unknown.
std::string_view known_root(std::string_view root) {
  while (root == "/.." || root.starts_with("/../")) root.remove_prefix(3);
  return without_trailing_slashes(root);
}

/// Finds the hierarchy by the directory names that all distributions use below /sys/fs/cgroup.
std::optional<std::string> by_name(const std::string& cgroupfs, Hierarchy hierarchy) {
  if (hierarchy == Hierarchy::kUnified) {
    for (const char* below : {"", "/unified"}) {
      if (::access((cgroupfs + below + "/cgroup.controllers").c_str(), F_OK) == 0) return cgroupfs + below;
    }
    return std::nullopt;
  }
  const std::string_view wanted = hierarchy == Hierarchy::kCpuacct ? "cpuacct" : "systemd";
  const DirStream entries = open_dir(AT_FDCWD, cgroupfs.c_str());
  while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
    if (lists(entry->d_name, wanted)) return cgroupfs + "/" + entry->d_name;
  }
  return std::nullopt;
}

}  // namespace

Result<CgroupMount> parse_cgroup_mount(std::string_view mountinfo, Hierarchy hierarchy, std::string_view cgroupfs) {
  cgroupfs = without_trailing_slashes(cgroupfs);
  std::optional<CgroupMount> best;
  for (const procfs::Mount& mount : procfs::parse_mountinfo(mountinfo)) {
    if (!is(mount, hierarchy) || !at_or_below(mount.point, cgroupfs)) continue;
    const std::string_view root = known_root(mount.root);
    if (!best || root.size() < best->root.size()) best = CgroupMount{mount.point, std::string{root}};
  }
  if (best) return *std::move(best);
  std::string message{"no "};
  message += name_of(hierarchy);
  message += " is mounted";
  if (!cgroupfs.empty()) message.append(" at ").append(cgroupfs);
  return fail(ErrorKind::kUnsupported, std::move(message));
}

Result<CgroupMount> find_cgroup_mount(const std::string& procfs_root, Hierarchy hierarchy, const std::string& cgroupfs) {
  auto found = procfs::read_file(procfs_root + "/self/mountinfo").and_then([&](const std::string& text) {
    return parse_cgroup_mount(text, hierarchy, cgroupfs);
  });
  if (found || cgroupfs.empty()) return found;
  if (auto named = by_name(std::string{without_trailing_slashes(cgroupfs)}, hierarchy)) return CgroupMount{*std::move(named), ""};
  return found;
}

}  // namespace procledger::container
