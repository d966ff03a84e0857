// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace procledger::procfs {

struct Mount {
  std::string root;     ///< which directory of the file system is mounted; of cgroups as the reader's cgroup namespace shows it
  std::string point;    ///< where
  std::string type;     ///< of the file system
  std::string options;  ///< of the file system, comma-separated: the controllers of a v1 hierarchy
};

/// Parses the text of /proc/<pid>/mountinfo, in its order; lines that are not mounts are skipped.
/// @source Documentation/filesystems/proc.rst section 3.5
[[nodiscard]] std::vector<Mount> parse_mountinfo(std::string_view text);

}  // namespace procledger::procfs
