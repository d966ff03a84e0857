// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/gather.hpp"

#include <grp.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <sys/capability.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/mountinfo.hpp"
#include "host/procfs/proc_fs.hpp"
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

// Absent when securityfs is not mounted. securityfs without the file means a kernel without lockdown.
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

// include/linux/proc_ns.h. The numbers are fixed on every kernel since 3.8, that of the network namespace only since 6.18.
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

struct FreeCapabilities {
  void operator()(cap_t set) const noexcept { cap_free(set); }
};
using OwnedCapabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

std::optional<std::uint64_t> memlock_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

struct CloseSocket {
  void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
};

const nlmsghdr& put_request(std::byte* room, const std::string& family) {
  nlmsghdr* const request = mnl_nlmsg_put_header(room);
  request->nlmsg_type = GENL_ID_CTRL;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* const command = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request, sizeof(genlmsghdr)));
  command->cmd = CTRL_CMD_GETFAMILY;
  command->version = 1;
  mnl_attr_put_strz(request, CTRL_ATTR_FAMILY_NAME, family.c_str());
  return *request;
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

// The host's network namespace is that of kthreadd, PID 2. Reading the link needs the right to trace kthreadd.
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
  for (const procfs::Mount& each : procfs::parse_mountinfo(*mounts)) {  // the last mount on a path hides the earlier ones
    if (each.type == "proc" && each.point == procfs) mount.hidepid = parse_hidepid(each.options, own_groups());
  }
  return mount;
}

probe::CapabilitySet held_capabilities() {
  probe::CapabilitySet held;
  const OwnedCapabilities now{cap_get_proc()};
  for (const probe::Capability each : probe::kCapabilities) {
    cap_flag_value_t value = CAP_CLEAR;
    if (now && cap_get_flag(now.get(), static_cast<cap_value_t>(probe::number_of(each)), CAP_EFFECTIVE, &value) == 0 && value == CAP_SET) {
      held.add(each);
    }
  }
  return held;
}

probe::Rights read_rights(const std::string& procfs) {
  probe::Rights rights{.uid = ::geteuid(), .effective = held_capabilities(), .seccomp = {}, .memlock_bytes = memlock_limit()};
  if (const auto status = procfs::read_file(procfs + "/self/status")) rights.seccomp = parse_seccomp(*status);
  return rights;
}

std::optional<bool> has_netlink_family(const std::string& name) {
  const std::unique_ptr<mnl_socket, CloseSocket> socket{mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC)};
  if (name.size() >= GENL_NAMSIZ || !socket) return std::nullopt;
  alignas(nlmsghdr) std::array<std::byte, 4096> room{};
  const nlmsghdr& request = put_request(room.data(), name);
  if (mnl_socket_sendto(socket.get(), &request, request.nlmsg_len) < 0) return std::nullopt;
  // The kernel answers within sendto. The timeout guards against a kernel that does not answer.
  const timeval patience{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(mnl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const ssize_t got = mnl_socket_recvfrom(socket.get(), room.data(), room.size());
  if (got <= 0) return std::nullopt;
  const auto ignore = [](const nlmsghdr* /*message*/, void* /*nothing*/) { return MNL_CB_OK; };
  if (mnl_cb_run(room.data(), static_cast<std::size_t>(got), 0, 0, ignore, nullptr) >= 0) return true;
  return errno == ENOENT ? std::optional{false} : std::nullopt;
}

std::optional<bool> has_connector() {
  const UniqueFd socket{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_CONNECTOR)};
  if (!socket && errno == EPROTONOSUPPORT) return false;
  return std::nullopt;
}

}  // namespace procledger::probe
