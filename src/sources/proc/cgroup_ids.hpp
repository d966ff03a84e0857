// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace procledger::proc {

/// From the path of a cgroup, as /proc/PID/cgroup has it, to its id, which is the inode number of its directory.
class CgroupIds {
 public:
  /// @param controller  of the v1 hierarchy; empty: v2
  /// @param mountinfo   the text of /proc/self/mountinfo; without a mount of that hierarchy no path has an id
  CgroupIds(std::string controller, std::string_view mountinfo);

  [[nodiscard]] const std::string& controller() const { return controller_; }

  /// Absent: removed, or beyond what is mounted here. Remembered until forget().
  [[nodiscard]] std::optional<std::uint64_t> find(std::string_view path);

  /// A path may be another cgroup's by now.
  void forget() { known_.clear(); }

 private:
  std::string controller_;
  std::optional<std::string> mount_point_;
  std::string mount_root_;  ///< path of the mounted directory in the hierarchy; empty for its root
  std::unordered_map<std::string, std::optional<std::uint64_t>> known_;
};

}  // namespace procledger::proc
