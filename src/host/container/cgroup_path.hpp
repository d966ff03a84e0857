// SPDX-License-Identifier: Apache-2.0
// Reads the container, pod and unit of a process from the path of its cgroup. Paths follow conventions of kubelet, container engines and
// systemd. No registry of paths exists, and a user may create directories of any name below a delegated cgroup.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace procledger::container {

/// Kinds of systemd units in paths of cgroups.
enum class UnitKind : std::uint8_t {
  kNone,
  kSlice,      ///< contains other units
  kProcesses,  ///< a service or a scope
};

struct UnitName {
  UnitKind kind{UnitKind::kNone};
  std::string_view name;  ///< in systemd's escaped form
};

/// The unit of a directory with this name, if any.
[[nodiscard]] UnitName unit_of(std::string_view component);

/// Replaces each \xHH by its byte. Control characters and "/" stay escaped.
[[nodiscard]] std::string unescaped_unit(std::string_view name);

/// The identity of a cgroup. A part is empty where the path lacks it. Text other than ids has raw bytes of the path, not yet safe to show.
struct CgroupIdentity {
  /// Id of the innermost container, 64 lower-case hex digits. The container of a conmon does not count: conmon runs outside the container.
  std::string container_id;
  /// The runtime, if the name of the cgroup shows it: docker, containerd, cri-o, podman, lxc, talos.
  std::string runtime;
  /// Name in the runtime: of an LXC container or of a Talos service.
  std::string name;
  /// Uid of the innermost pod: 8-4-4-4-12 hex digits, or for a static pod 32 digits without dashes, a hash of its manifest.
  std::string pod_uid;
  /// The container as the pod's kubelet knows it; differs from `container_id` for Docker in a pod. Only with `pod_uid`.
  std::string pod_container_id;
  /// guaranteed, burstable or besteffort; empty outside pods, and if the path starts below the QoS class.
  std::string qos;
  /// The innermost .service or .scope of systemd, else the innermost .slice, with \xHH unescaped.
  std::string unit;

  bool operator==(const CgroupIdentity&) const = default;
};

/// Parses the path of a cgroup. Never fails: a path of unknown form has an empty identity. Linear in the length of `path`.
/// @param path  path within the hierarchy; from /proc/<pid>/cgroup it may begin with "/.." if the reader has a cgroup namespace
[[nodiscard]] CgroupIdentity parse_cgroup_path(std::string_view path);

inline constexpr std::size_t kContainerIdDigits = 64;

/// Whether `path` is `directory` or lies below it.
[[nodiscard]] bool at_or_below(std::string_view path, std::string_view directory);

/// Whether `text` is a container id: 64 lower-case hex digits.
[[nodiscard]] bool is_container_id(std::string_view text);

}  // namespace procledger::container
