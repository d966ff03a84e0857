// SPDX-License-Identifier: Apache-2.0
// One scan of the directories of a cgroup hierarchy, while other processes create, rename and remove directories.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace procledger::container {

/// Limits of a scan, because users may create directories below delegated cgroups.
struct ScanLimits {
  std::size_t depth{64};             ///< levels below the root; deeper directories are skipped
  std::size_t path_bytes{4096};      ///< a directory with a longer path is skipped, with everything below it
  std::size_t directories{100'000};  ///< the scan ends after this number
};

/// @param id  the inode number, which is the kernfs id in records of the kernel
/// @param path  path below the root of the scan: "" is the root itself, other paths begin with "/"
using CgroupVisit = std::function<void(std::uint64_t id, std::string_view path)>;

/// Visits each directory of the file system at `root`, parents first. Skips other mounted file systems, links, and directories that vanish
/// meanwhile. A directory that is renamed meanwhile may be visited with its old path.
/// @return  whether the scan saw all readable directories; false after `directories`, or if the system lacked descriptors or memory
/// @error  `root` cannot be read
[[nodiscard]] Result<bool> scan_cgroups(const std::string& root, const ScanLimits& limits, const CgroupVisit& visit);

}  // namespace procledger::container
