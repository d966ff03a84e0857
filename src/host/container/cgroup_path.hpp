// SPDX-License-Identifier: Apache-2.0
// What the path of a cgroup says about its processes. Paths are conventions of kubelet, container engines and systemd; there is no
// registry of them, and any user may make directories of any name below a cgroup that was delegated to him.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace procledger::container {

// Units of systemd as they stand in paths of cgroups.

enum class UnitKind : std::uint8_t {
  kNone,
  kSlice,      ///< holds other units
  kProcesses,  ///< a service or a scope
};

struct UnitName {
  UnitKind kind{UnitKind::kNone};
  std::string_view name;  ///< as systemd knows it: escaped
};

/// The unit that a directory of this name belongs to, if it is one.
[[nodiscard]] UnitName unit_of(std::string_view component);

/// With \xHH replaced by its byte. What is no printable character, and what would be a path, stays escaped.
[[nodiscard]] std::string unescaped_unit(std::string_view name);

/// Every part is empty where the path does not tell it. Text other than ids is raw bytes of the path: not yet safe to show.
struct CgroupIdentity {
  /// 64 lower-case hex digits: the innermost container. Not that of a conmon, which watches over a container from outside.
  std::string container_id;
  /// Who runs it, where the name of its cgroup tells: docker, containerd, cri-o, podman, lxc, talos.
  std::string runtime;
  /// What its runtime calls it: the name of an LXC container or of a Talos service.
  std::string name;
  /// 8-4-4-4-12 hex digits, or 32 without dashes, a hash of its manifest, for a static pod. The innermost pod.
  std::string pod_uid;
  /// The container that this pod's kubelet knows; differs from `container_id` for Docker in a pod. Only with `pod_uid`.
  std::string pod_container_id;
  /// guaranteed, burstable or besteffort; empty outside pods, and where the path begins within its class.
  std::string qos;
  /// The innermost .service or .scope of systemd, else the innermost .slice; its \xHH unescaped.
  std::string unit;

  bool operator==(const CgroupIdentity&) const = default;
};

/// Never fails: what is in no known form has no identity. Linear in the length of `path`.
/// @param path  within its hierarchy; from /proc/<pid>/cgroup it may begin with "/.." when the reader has a cgroup namespace
[[nodiscard]] CgroupIdentity parse_cgroup_path(std::string_view path);

/// Whether `text` is a container id: 64 lower-case hex digits.
[[nodiscard]] bool is_container_id(std::string_view text);

}  // namespace procledger::container
