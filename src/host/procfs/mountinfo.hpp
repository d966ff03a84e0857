// SPDX-License-Identifier: Apache-2.0
// Small: the parser of /proc/<pid>/mountinfo.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace procledger::procfs {

/// One mounted file system.
struct Mount {
  std::string root;     ///< the mounted directory of the file system; for cgroups as the reader's cgroup namespace shows it
  std::string point;    ///< mount point
  std::string type;     ///< type of the file system
  std::string options;  ///< options of the file system, comma-separated; a v1 hierarchy has its controllers there
};

/// Parses the text of /proc/<pid>/mountinfo, in its order; lines that are not mounts are skipped.
/// @source Documentation/filesystems/proc.rst section 3.5
[[nodiscard]] std::vector<Mount> parse_mountinfo(std::string_view text);

}  // namespace procledger::procfs
