// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace procledger::proc {

/// Finds the id of a cgroup, the inode number of its directory, by its path from /proc/PID/cgroup. Owns a cache that lasts for one scan.
/// ProcessFiles calls it.
class CgroupIds {
 public:
  /// @param controller  controller of the v1 hierarchy; empty: v2
  /// @param mountinfo   the text of /proc/self/mountinfo; without a mount of the hierarchy no path has an id
  CgroupIds(std::string controller, std::string_view mountinfo);

  [[nodiscard]] const std::string& controller() const { return controller_; }

  /// Absent: the cgroup was removed, or lies outside of the mounted directory. Cached until forget().
  [[nodiscard]] std::optional<std::uint64_t> find(std::string_view path);

  /// Drops the cache, since another cgroup may have taken a path. Call before each scan.
  void forget() { known_.clear(); }

 private:
  std::string controller_;
  std::optional<std::string> mount_point_;
  std::string mount_root_;  ///< path of the mounted directory in the hierarchy; empty for its root
  std::unordered_map<std::string, std::optional<std::uint64_t>> known_;
};

}  // namespace procledger::proc
