// SPDX-License-Identifier: Apache-2.0
// Invariants of the identity that container::parse_cgroup_path finds in any path. For unit tests and the fuzzer.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "host/container/cgroup_path.hpp"

namespace procledger::test {

inline bool lower_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

inline bool pod_uid(std::string_view text) {
  if (text.size() == 32) return lower_hex(text);
  if (text.size() != 36) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (dash ? text[at] != '-' : !lower_hex(text.substr(at, 1))) return false;
  }
  return true;
}

template <std::size_t kCount>
bool one_of(std::string_view text, const std::array<std::string_view, kCount>& known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

/// The broken invariant; empty if all hold.
inline std::string broken_invariant(std::string_view path, const container::CgroupIdentity& found) {
  using Texts = std::array<std::string_view, 4>;
  const auto id = [&](std::string_view text) {
    return text.empty() || (text.size() == 64 && lower_hex(text) && path.find(text) != std::string_view::npos);
  };
  if (!id(found.container_id)) return "a container id is 64 lower-case hex digits of the path";
  if (!id(found.pod_container_id)) return "a pod container id has the same form";
  if (!found.pod_uid.empty() && !pod_uid(found.pod_uid)) return "a uid of a pod has one of two forms";
  if (!one_of(found.qos, Texts{"", "guaranteed", "burstable", "besteffort"})) return "a QoS class is one of three";
  if (!one_of(found.runtime, std::array<std::string_view, 7>{"", "docker", "containerd", "cri-o", "podman", "lxc", "talos"})) {
    return "a runtime is one of the known runtimes";
  }
  if (found.pod_uid.empty() && !(found.qos.empty() && found.pod_container_id.empty())) return "only pods have a class and containers";
  if (!found.container_id.empty() && !found.name.empty()) return "a container has an id or a name";
  if (!found.name.empty() && found.runtime.empty()) return "a container with a name has a runtime";
  const std::string_view unit = found.unit;
  if (!unit.empty() && !unit.ends_with(".service") && !unit.ends_with(".scope") && !unit.ends_with(".slice")) return "a unit has a type";
  if (unit.size() > path.size() || found.name.size() > path.size()) return "names are not longer than the path";
  if (unit.find('/') != std::string_view::npos || found.name.find('/') != std::string_view::npos) return "no slash in names";
  if (container::parse_cgroup_path(path) != found) return "the same path has the same identity";
  return "";
}

}  // namespace procledger::test
