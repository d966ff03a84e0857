// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/gather.hpp"

#include <sys/utsname.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "host/procfs/file.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/probe/parts.hpp"
#include "sources/probe/sysfs_text.hpp"

namespace procledger::probe {
namespace {

probe::Btf btf_of(bpf::KernelTypes::State state) {
  switch (state) {
    case bpf::KernelTypes::State::kUsable:
      return probe::Btf::kUsable;
    case bpf::KernelTypes::State::kMissing:
      return probe::Btf::kMissing;
    case bpf::KernelTypes::State::kUnreadable:
      return probe::Btf::kUnreadable;
    case bpf::KernelTypes::State::kGarbage:
      return probe::Btf::kGarbage;
  }
  return probe::Btf::kMissing;
}

// Without the file system that would show it nothing is known; in one that does not show it the kernel has no lockdown.
std::optional<probe::Lockdown> lockdown() {
  const std::string folder = "/sys/kernel/security";
  if (const auto text = procfs::read_file(folder + "/lockdown")) return parse_lockdown(*text);
  struct statfs info{};
  const bool shown = ::statfs(folder.c_str(), &info) == 0 && info.f_type == SECURITYFS_MAGIC;
  return shown ? std::optional{probe::Lockdown::kNone} : std::nullopt;
}

std::optional<int> setting(const std::string& path) {
  const auto text = procfs::read_file(path);
  return text ? parse_setting(*text) : std::nullopt;
}

probe::KernelOffer kernel(const std::string& procfs, const bpf::KernelTypes& types) {
  probe::KernelOffer offer;
  utsname name{};
  if (::uname(&name) == 0) {
    offer.release = name.release;
    offer.machine = name.machine;
  }
  offer.btf = btf_of(types.state);
  if (offer.btf == probe::Btf::kUsable) {
    offer.fields = types.fields;
    offer.lacking = types.lacking;
    offer.maps_in_memlock = types.maps_in_memlock;
  }
  offer.lockdown = lockdown();
  offer.unprivileged_bpf_disabled = setting(procfs + "/sys/kernel/unprivileged_bpf_disabled");
  if (const auto text = procfs::read_file(procfs + "/self/schedstat"); text || text.error().kind == ErrorKind::kGone) {
    offer.schedstat = text && counts_anything(*text);
  }
  offer.taskstats = has_netlink_family("TASKSTATS");
  offer.proc_connector = has_connector();
  if (const auto on = setting(procfs + "/sys/kernel/task_delayacct")) offer.delay_accounting = *on != 0;
  return offer;
}

}  // namespace

probe::HostFacts gather(const std::string& procfs, const bpf::KernelTypes& types) {
  probe::HostFacts facts{.kernel = kernel(procfs, types),
                         .rights = read_rights(procfs),
                         .namespaces = read_namespaces(procfs),
                         .proc = read_proc_mount(procfs),
                         .cgroup = {}};
  if (const auto cgroups = procfs::ProcFs{procfs}.cgroup_setup()) facts.cgroup = cgroups->mode;
  return facts;
}

}  // namespace procledger::probe
