// SPDX-License-Identifier: Apache-2.0
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/procfs/file.hpp"
#include "host/procfs/mountinfo.hpp"
#include "sources/probe/parts.hpp"
#include "sources/probe/sysfs_text.hpp"

namespace procledger::probe {
namespace {

// include/linux/proc_ns.h, the same on every kernel since 3.8; the network's only since 6.18, before that it is any number.
constexpr ino_t kInitialUser = 0xEFFFFFFD;
constexpr ino_t kInitialPid = 0xEFFFFFFC;
constexpr ino_t kInitialNet = 0xEFFFFFF9;

std::optional<ino_t> inode(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return info.st_ino;
}

std::optional<bool> is(const std::optional<ino_t>& found, ino_t wanted) { return found ? std::optional{*found == wanted} : std::nullopt; }

std::vector<std::uint32_t> own_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  groups.push_back(::getegid());
  return groups;
}

}  // namespace

// The network namespace of the host is that of kthreadd, the second process of all; only those may look at it who may trace it.
probe::Namespaces read_namespaces(const std::string& procfs) {
  const std::string own = procfs + "/self/ns/";
  probe::Namespaces namespaces{.pid = is(inode(own + "pid"), kInitialPid), .user = is(inode(own + "user"), kInitialUser), .net = {}};
  const auto net = inode(own + "net");
  if (net == kInitialNet) {
    namespaces.net = true;
  } else if (const auto kernel = inode(procfs + "/2/ns/net"); kernel && net && namespaces.pid.value_or(false)) {
    namespaces.net = net == kernel;
  }
  return namespaces;
}

probe::ProcMount read_proc_mount(const std::string& procfs) {
  probe::ProcMount mount{.path = procfs, .readable = false, .hidepid = {}};
  mount.readable = inode(procfs + "/self").has_value();
  const auto mounts = procfs::read_file(procfs + "/self/mountinfo");
  if (!mounts) return mount;
  for (const procfs::Mount& each : procfs::parse_mountinfo(*mounts)) {  // the last one on a path lies over the others
    if (each.type == "proc" && each.point == procfs) mount.hidepid = parse_hidepid(each.options, own_groups());
  }
  return mount;
}

}  // namespace procledger::probe
