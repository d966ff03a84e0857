// SPDX-License-Identifier: Apache-2.0
// Which path a cgroup id means, in one hierarchy. Ids are unique only within theirs. No clock: times come in, from any clock that does
// not go back.
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
#include "host/container/cgroup_walk.hpp"
#include "host/container/hierarchy.hpp"

namespace procledger::container {

/// How long what vanished stays known: whoever died in it is reported later, and read by a scrape later still.
inline constexpr std::uint64_t kKeepNs = 600'000'000'000;

struct IndexLimits {
  WalkLimits walk{};
  std::size_t entries{100'000};
  std::size_t bytes{std::size_t{64} * 1024 * 1024};  ///< of all paths together
  std::uint64_t rescan_ns{5'000'000'000};            ///< at least so long between two scans that unknown ids cause
};

class CgroupIndex {
 public:
  explicit CgroupIndex(CgroupMount mount, IndexLimits limits = {}) : mount_{std::move(mount)}, limits_{limits} {}

  /// Reads the whole tree. What is not in it any more counts as forgotten from now on.
  /// @error  the mount point cannot be read; everything stays as it is
  Result<void> scan(std::uint64_t now_ns);

  /// A path that the kernel told; "/" is the root. One that is empty or too long is left out.
  void learn(std::uint64_t id, std::string_view path);
  /// The cgroup was removed. Its path stays known for kKeepNs.
  void forget(std::uint64_t id, std::uint64_t now_ns);
  /// Drops what was forgotten kKeepNs ago.
  void expire(std::uint64_t now_ns);

  /// Null when it is not known. Valid until the next call that is not const.
  [[nodiscard]] const std::string* find(std::uint64_t id) const;
  /// As find(), but an unknown id may cause a scan. An id that a scan did not show does not cause another one.
  [[nodiscard]] const std::string* resolve(std::uint64_t id, std::uint64_t now_ns);
  /// A scan looked for this id and did not find it: it was gone before, or lies where we may not look.
  [[nodiscard]] bool missing(std::uint64_t id) const { return missing_.contains(id); }

  /// Rises with every id that is new or dropped and every path that changed.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// How many ids were found after all, having been missing.
  [[nodiscard]] std::uint64_t recovered() const { return recovered_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Ids that found no room, since everything known was alive.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] std::optional<std::uint64_t> last_scan_ns() const { return tried_ns_; }

 private:
  struct Entry {
    std::string path;
    std::optional<std::uint64_t> gone_ns;
    std::uint64_t seen{};  ///< the scan that saw it last
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
  std::set<std::pair<std::uint64_t, std::uint64_t>> gone_;  ///< (since when, id): the oldest is the first
  std::unordered_set<std::uint64_t> missing_;
  std::size_t bytes_{};
  std::uint64_t scans_{};
  std::uint64_t version_{};
  std::uint64_t recovered_{};
  std::uint64_t refused_{};
  std::optional<std::uint64_t> tried_ns_;
};

}  // namespace procledger::container
