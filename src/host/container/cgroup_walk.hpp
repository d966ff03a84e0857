// SPDX-License-Identifier: Apache-2.0
// One pass over the directories of a cgroup hierarchy, while others make, rename and remove them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace procledger::container {

/// Users make directories too, below cgroups that were delegated to them.
struct WalkLimits {
  std::size_t depth{64};             ///< levels below the root; what is deeper is left out
  std::size_t path_bytes{4096};      ///< what has a longer path is left out, with all below it
  std::size_t directories{100'000};  ///< then the walk ends
};

/// @param id  the inode number, which is the kernfs id that the kernel's records carry
/// @param path  below the root of the walk: "" is the root itself, others begin with "/"
using CgroupVisit = std::function<void(std::uint64_t id, std::string_view path)>;

/// Visits each directory of the file system at `root` before those in it. Other file systems mounted there and links are left out, as is
/// what vanishes meanwhile. A directory that is renamed meanwhile may be told with its old path.
/// @return  whether the walk saw all that it may see; false after `directories`, or when the system had no means (descriptors, memory)
/// @error  `root` cannot be read
[[nodiscard]] Result<bool> walk_cgroups(const std::string& root, const WalkLimits& limits, const CgroupVisit& visit);

}  // namespace procledger::container
