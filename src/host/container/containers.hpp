// SPDX-License-Identifier: Apache-2.0
// What a cgroup id stands for: its path, what the path tells, and the names of pod and container.
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

/// All text is raw bytes: not yet safe to show.
struct Placement {
  std::string path;
  CgroupIdentity cgroup;
  std::string namespace_;
  std::string pod;
  std::string container;  ///< in a pod as its manifest names it; else what its runtime calls it, if its path tells
};

/// One thread only.
class Containers {
 public:
  Containers(CgroupIndex index, PodLogs logs) : index_{std::move(index)}, logs_{std::move(logs)} {}

  /// Before find() is asked for processes that nobody has looked at yet. Reads the tree of cgroups the first time, and every minute to see
  /// what vanished or was renamed.
  void refresh(std::uint64_t now_ns);

  /// Null while it is unknown; that may read the tree of cgroups, at most every few seconds. Valid until the next refresh().
  /// An answer that gets better later raises version().
  [[nodiscard]] const Placement* find(std::uint64_t cgroup_id);

  /// What the kernel's records tell of cgroups that come and go.
  void learn(std::uint64_t cgroup_id, std::string_view path) { index_.learn(cgroup_id, path); }
  void forget(std::uint64_t cgroup_id) { index_.forget(cgroup_id, now_ns_); }

  /// Rises when an answer of find() would be another one than it was, so that whoever decided by it should decide again. Names that are
  /// known already do not change back when they are forgotten.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  [[nodiscard]] const CgroupIndex& index() const { return index_; }
  [[nodiscard]] const PodLogs& logs() const { return logs_; }

 private:
  struct Entry {
    Placement placement;
    bool complete{};  ///< nothing can be learnt about it any more
  };

  void place(Entry& entry, const std::string& path) const;
  /// @return  whether that told anything new
  bool name(Entry& entry) const;
  void resolve_unknown();
  void follow_paths();
  void follow_names();

  CgroupIndex index_;
  PodLogs logs_;
  std::unordered_map<std::uint64_t, Entry> placed_;
  std::unordered_set<std::uint64_t> unknown_;  ///< somebody was told that these are not known
  std::uint64_t now_ns_{};
  std::uint64_t version_{};
  std::uint64_t seen_paths_{};
  std::uint64_t seen_names_{};
  std::uint64_t seen_recovered_{};
};

}  // namespace procledger::container
