// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/cgroup_ids.hpp"

#include <sys/stat.h>

#include <utility>

#include "host/procfs/cgroup.hpp"
#include "host/procfs/mountinfo.hpp"

namespace procledger::proc {

// Uses the mount that shows the largest part of the hierarchy.
CgroupIds::CgroupIds(std::string controller, std::string_view mountinfo) : controller_{std::move(controller)} {
  for (const procfs::Mount& mount : procfs::parse_mountinfo(mountinfo)) {
    const bool ours = controller_.empty() ? mount.type == "cgroup2" : mount.type == "cgroup" && procfs::lists(mount.options, controller_);
    const std::string root = mount.root == "/" ? "" : mount.root;
    if (!ours || (mount_point_ && root.size() >= mount_root_.size())) continue;
    mount_point_ = mount.point;
    mount_root_ = root;
  }
}

std::optional<std::uint64_t> CgroupIds::find(std::string_view path) {
  if (!mount_point_ || !path.starts_with(mount_root_)) return std::nullopt;
  const std::string_view below = path.substr(mount_root_.size());
  if (!below.empty() && !below.starts_with('/')) return std::nullopt;
  const auto [at, fresh] = known_.try_emplace(std::string{path});
  if (!fresh) return at->second;
  struct stat directory{};
  if (::stat((*mount_point_ + std::string{below}).c_str(), &directory) == 0) at->second = directory.st_ino;
  return at->second;
}

}  // namespace procledger::proc
