// SPDX-License-Identifier: Apache-2.0
// What process-exporter's flags ask for. What they do here: docs/compat.md.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace procledger::daemon {

/// Its defaults are process-exporter's.
struct CompatOptions {
  std::string procnames;         ///< "comm,comm,..."; excludes a file
  std::string namemapping;       ///< "comm,regex,..."; excludes a file
  std::string procfs;            ///< empty: as without
  std::optional<bool> children;  ///< what no rule names is in its parent's group; absent: as the file says, which is yes unless it says no
  bool threads{true};
  bool gather_smaps{true};
  bool recheck{};
  std::chrono::milliseconds recheck_time_limit{0};  ///< 0: however old the process is
  bool remove_empty_groups{};
  std::chrono::milliseconds once_delay{0};  ///< not 0: no server; wait so long, print one page
  bool debug{};
  bool manual{};  ///< print it, and nothing else
};

}  // namespace procledger::daemon
