// SPDX-License-Identifier: Apache-2.0
// Parses the names that kubelet gives to logs. The names are a stable contract: log shippers have used them since 2015.
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

/// Parses the name of a directory in /var/log/pods: <namespace>_<pod>_<uid>. No part can contain "_", so the split is exact.
[[nodiscard]] std::optional<PodFolderName> parse_pod_folder(std::string_view name);

struct ContainerLinkName {
  std::string_view namespace_;
  std::string_view pod;
  std::string_view container;
  std::string_view id;
};

/// Parses the name of a link in /var/log/containers: <pod>_<namespace>_<container>-<id>.log. kubelet cuts a name to 255 bytes, which
/// shortens the id. Such a name returns nothing.
[[nodiscard]] std::optional<ContainerLinkName> parse_container_link(std::string_view name);

/// The folder of the pod in the target of such a link: .../<pod folder>/<container>/<restart>.log.
[[nodiscard]] std::optional<PodFolderName> parse_link_target(std::string_view target);

}  // namespace procledger::container
