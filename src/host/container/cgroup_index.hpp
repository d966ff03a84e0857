// SPDX-License-Identifier: Apache-2.0
// Maps cgroup ids to paths, in one hierarchy. Ids are unique only within a hierarchy. Reads no clock: callers pass times, from any clock
// that does not step back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/result.hpp"
#include "host/container/cgroup_scan.hpp"
#include "host/container/hierarchy.hpp"

namespace procledger::container {

/// How long removed cgroups, pods and containers stay known: exit records of their processes come later, and scrapes later still.
inline constexpr std::uint64_t kKeepNs = 600'000'000'000;

/// Limits of a CgroupIndex.
struct IndexLimits {
  ScanLimits scan{};
  std::size_t entries{100'000};
  std::size_t bytes{std::size_t{64} * 1024 * 1024};  ///< of all paths together
  std::uint64_t rescan_ns{5'000'000'000};            ///< min time between two scans caused by unknown ids
};

/// Maps cgroup ids to paths. Owns the paths. Containers owns it and feeds it with scans and with records of the kernel.
class CgroupIndex {
 public:
  explicit CgroupIndex(CgroupMount mount, IndexLimits limits = {}) : mount_{std::move(mount)}, limits_{limits} {}

  /// Scans the whole tree. Cgroups that are no longer in the tree count as removed from now on.
  /// @error  the mount point cannot be read; the index stays as it is
  Result<void> scan(std::uint64_t now_ns);

  /// Takes a path from the kernel; "/" is the root. An empty or too long path is ignored.
  void learn(std::uint64_t id, std::string_view path);
  /// The cgroup was removed. Its path stays known for kKeepNs.
  void forget(std::uint64_t id, std::uint64_t now_ns);
  /// Drops cgroups that were removed kKeepNs ago.
  void expire(std::uint64_t now_ns);

  /// The path of a cgroup, or null when unknown. Valid until the next non-const call.
  [[nodiscard]] const std::string* find(std::uint64_t id) const;
  /// As find(), but an unknown id may cause a scan. An id that the scan did not show causes no further scan.
  [[nodiscard]] const std::string* resolve(std::uint64_t id, std::uint64_t now_ns);
  /// Whether a scan did not find this id: the cgroup was removed before, or its directory is not readable.
  [[nodiscard]] bool missing(std::uint64_t id) const { return missing_.contains(id); }

  /// Rises with every new or dropped id and every changed path.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// Number of missing ids that were found later.
  [[nodiscard]] std::uint64_t recovered() const { return recovered_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Number of paths refused at the limit, because all known cgroups exist.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::optional<std::uint64_t> last_scan_ns() const { return tried_ns_; }

 private:
  struct Entry {
    std::string path;
    std::optional<std::uint64_t> gone_ns;
    std::uint64_t seen{};  ///< number of the last scan that showed it
  };
  using Entries = std::unordered_map<std::uint64_t, Entry>;

  void put(std::uint64_t id, std::string path);
  void mark_gone(Entries::value_type& entry, std::uint64_t now_ns);
  void revive(Entries::value_type& entry);
  void drop(Entries::iterator entry);
  void make_room();

  CgroupMount mount_;
  IndexLimits limits_;
  Entries entries_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> gone_;  ///< (time of removal, id), the oldest first
  std::unordered_set<std::uint64_t> missing_;
  std::size_t bytes_{};
  std::uint64_t scans_{};
  std::uint64_t version_{};
  std::uint64_t recovered_{};
  std::uint64_t refused_{};
  std::optional<std::uint64_t> tried_ns_;
};

}  // namespace procledger::container
