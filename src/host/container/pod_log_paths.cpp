// SPDX-License-Identifier: Apache-2.0
#include "host/container/pod_log_paths.hpp"

#include <array>

#include "host/container/cgroup_path.hpp"

namespace procledger::container {
namespace {

constexpr std::string_view kSuffix = ".log";

/// Splits a name at "_" into exactly three non-empty parts.
std::optional<std::array<std::string_view, 3>> split(std::string_view name) {
  const std::size_t first = name.find('_');
  const std::size_t last = name.rfind('_');
  if (first == std::string_view::npos || first == last || name.find('_', first + 1) != last) return std::nullopt;
  const std::array<std::string_view, 3> parts{name.substr(0, first), name.substr(first + 1, last - first - 1), name.substr(last + 1)};
  for (const std::string_view part : parts) {
    if (part.empty()) return std::nullopt;
  }
  return parts;
}

}  // namespace

std::optional<PodFolderName> parse_pod_folder(std::string_view name) {
  const auto parts = split(name);
  if (!parts) return std::nullopt;
  return PodFolderName{(*parts)[0], (*parts)[1], (*parts)[2]};
}

std::optional<ContainerLinkName> parse_container_link(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  const auto parts = split(name);
  if (!parts) return std::nullopt;
  const std::string_view last = (*parts)[2];
  if (last.size() < kContainerIdDigits + 2 || last[last.size() - kContainerIdDigits - 1] != '-') return std::nullopt;
  const std::string_view id = last.substr(last.size() - kContainerIdDigits);
  if (!is_container_id(id)) return std::nullopt;
  return ContainerLinkName{(*parts)[1], (*parts)[0], last.substr(0, last.size() - kContainerIdDigits - 1), id};
}

std::optional<PodFolderName> parse_link_target(std::string_view target) {
  for (int level = 0; level < 2; ++level) {
    const std::size_t slash = target.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    target = target.substr(0, slash);
  }
  return parse_pod_folder(target.substr(target.rfind('/') + 1));
}

}  // namespace procledger::container
