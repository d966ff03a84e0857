// SPDX-License-Identifier: Apache-2.0
// The names that kubelet gives to logs. They are a contract: log shippers have read them since 2015.
// @source kubernetes/pkg/kubelet/kuberuntime/helpers.go (BuildPodLogsDirectory) and legacy.go (logSymlink)
#pragma once

#include <optional>
#include <string_view>

namespace procledger::container {

struct PodFolderName {
  std::string_view namespace_;
  std::string_view pod;
  std::string_view uid;
};

/// A directory in /var/log/pods: <namespace>_<pod>_<uid>. No "_" can be in any of them, so the split is exact.
[[nodiscard]] std::optional<PodFolderName> parse_pod_folder(std::string_view name);

struct ContainerLinkName {
  std::string_view namespace_;
  std::string_view pod;
  std::string_view container;
  std::string_view id;
};

/// A link in /var/log/containers: <pod>_<namespace>_<container>-<id>.log. kubelet cuts it to 255 bytes, at the end of the id: then
/// nothing is found, since half an id is none.
[[nodiscard]] std::optional<ContainerLinkName> parse_container_link(std::string_view name);

/// The pod's folder in what such a link points to: .../<pod folder>/<container>/<restart>.log.
[[nodiscard]] std::optional<PodFolderName> parse_link_target(std::string_view target);

}  // namespace procledger::container
