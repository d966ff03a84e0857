// SPDX-License-Identifier: Apache-2.0
// Names of pods and containers from kubelet's log folders. Needs no API, no socket, and no right except to read names.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/container/dir_watch.hpp"
#include "host/container/pod_log_paths.hpp"

namespace procledger::container {

/// The names of a container and its pod.
struct LogNames {
  std::string namespace_;
  std::string pod;
  std::string container;  ///< empty when unknown: the sandbox of a pod has no name, and a new container has none yet
  bool certain{};         ///< a link has the id of this container, so the names are final
};

/// Reads and keeps the names of pods and containers. Owns the watcher. Containers owns it; one thread calls it. Never waits and never
/// fails: a later refresh() reads missing, refused or replaced directories again.
class PodLogs {
 public:
  /// @param root  the folder of `pods` and `containers`, /var/log; empty: nothing to read
  explicit PodLogs(std::string root, std::unique_ptr<DirWatcher> watcher = make_inotify_watcher());

  /// Applies changes of the folders. Costs two stat(2) and one read(2) without changes.
  void refresh(std::uint64_t now_ns);

  /// Finds names by the container id if a link has the id, else by the pod. In the second case the container is known only if the pod has
  /// one folder and no link has an id of this pod (a name may be too long for a link). Removed pods and containers stay known for kKeepNs.
  /// @param pod_uid  with "-", or empty
  /// @param container_id  id, or empty for processes in a pod but in none of its containers
  [[nodiscard]] std::optional<LogNames> find(std::string_view pod_uid, std::string_view container_id) const;

  /// Rises with every new name.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t pods() const { return pods_.size(); }
  [[nodiscard]] std::size_t containers() const { return containers_.size(); }
  /// Whether some directories have no watch, so that they are read again at intervals.
  [[nodiscard]] bool polling() const { return polling_; }

 private:
  struct Life {
    std::uint64_t seen{};  ///< number of the last scan that showed it
    std::optional<std::uint64_t> gone_ns;
  };
  struct Pod : Life {
    std::string namespace_;
    std::string pod;
    std::string folder;                ///< empty if only a link named the pod
    std::set<std::string> containers;  ///< folders of containers; none is ever removed
    bool linked{};                     ///< a link has the id of a container of this pod
    std::optional<int> watch;
  };
  struct Container : Life {
    std::string namespace_;
    std::string pod;
    std::string container;
  };
  /// One of the two directories. It may appear, vanish or be replaced, also by a mount, which no watch reports.
  struct Root {
    std::string path;
    std::optional<int> watch;
    bool there{};
    dev_t device{};
    ino_t inode{};
  };
  using Pods = std::map<std::string, Pod, std::less<>>;

  [[nodiscard]] bool follow(Root& root);
  void watch(Root& root);
  void unwatch(std::optional<int>& watch);
  void handle(const DirEvent& event);
  void rescan();

  Pods::iterator learn_pod(const PodFolderName& name);
  void add_folder(std::string_view name);
  void add_container_folder(Pod& pod, std::string_view name);
  void remove_folder(std::string_view name);
  void add_link(std::string_view name);
  void remove_link(std::string_view name);

  void touch(Life& life) const;
  void mark_gone(Life& life);
  void expire_by(std::uint64_t time_ns);
  void expire();

  bool enabled_;
  std::unique_ptr<DirWatcher> watcher_;
  Root pods_root_;
  Root containers_root_;
  Pods pods_;                                                 ///< by uid
  std::map<std::string, Container, std::less<>> containers_;  ///< by id
  std::unordered_map<int, std::string> watched_;              ///< watch of a pod's folder -> uid
  std::uint64_t now_ns_{};
  std::uint64_t scan_{};
  std::uint64_t version_{};
  std::optional<std::uint64_t> scanned_ns_;
  std::optional<std::uint64_t> next_expiry_ns_;
  bool polling_{};
  bool needs_rescan_{};  ///< the directories must be read, because events do not report all changes
};

}  // namespace procledger::container
