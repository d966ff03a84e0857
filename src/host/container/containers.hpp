// SPDX-License-Identifier: Apache-2.0
// Maps a cgroup id to its path, the identity in the path, and the names of its pod and container.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "host/container/cgroup_index.hpp"
#include "host/container/cgroup_path.hpp"
#include "host/container/pod_names.hpp"

namespace procledger::container {

/// The place of a cgroup's processes. All text has raw bytes, not yet safe to show.
struct Placement {
  std::string path;
  CgroupIdentity cgroup;
  std::string namespace_;
  std::string pod;
  std::string container;  ///< in a pod the name from its manifest; else the name in the runtime, if the path has it
};

/// Finds the place of a cgroup. Owns the index of cgroups and the names of pods. FileHostLookup owns it; only the collector's thread calls
/// it.
class Containers {
 public:
  Containers(CgroupIndex index, PodLogs logs) : index_{std::move(index)}, logs_{std::move(logs)} {}

  /// Refreshes the data. Call it before find() for new processes. Scans the tree of cgroups the first time, and then every minute to find
  /// removed and renamed cgroups.
  void refresh(std::uint64_t now_ns);

  /// The place of a cgroup, or null while unknown. An unknown id may scan the tree of cgroups, at most every few seconds. Valid until the
  /// next refresh(). A later better answer raises version().
  [[nodiscard]] const Placement* find(std::uint64_t cgroup_id);

  /// Take new and removed cgroups from records of the kernel.
  void learn(std::uint64_t cgroup_id, std::string_view path) { index_.learn(cgroup_id, path); }
  void forget(std::uint64_t cgroup_id) { index_.forget(cgroup_id, now_ns_); }

  /// Rises when an earlier answer of find() has changed, so that callers must classify again. A known name stays when its log folder is
  /// forgotten.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  [[nodiscard]] const CgroupIndex& index() const { return index_; }
  [[nodiscard]] const PodLogs& logs() const { return logs_; }

 private:
  struct Entry {
    Placement placement;
    bool complete{};  ///< all names are final
  };

  void place(Entry& entry, const std::string& path) const;
  /// @return  whether a name changed
  bool name(Entry& entry) const;
  void resolve_unknown();
  void follow_paths();
  void follow_names();

  CgroupIndex index_;
  PodLogs logs_;
  std::unordered_map<std::uint64_t, Entry> placed_;
  std::unordered_set<std::uint64_t> unknown_;  ///< ids for which find() returned null
  std::uint64_t now_ns_{};
  std::uint64_t version_{};
  std::uint64_t seen_paths_{};
  std::uint64_t seen_names_{};
  std::uint64_t seen_recovered_{};
};

}  // namespace procledger::container
