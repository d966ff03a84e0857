// SPDX-License-Identifier: Apache-2.0
// Names of pods and containers from the folders that kubelet keeps their logs in: no API, no socket, no rights beyond reading names.
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

struct LogNames {
  std::string namespace_;
  std::string pod;
  std::string container;  ///< empty when unknown: a pod's sandbox has none, and a new container none yet
  bool certain{};         ///< a link told it of this container's id; else later news may change it
};

/// One thread only. Never waits and never fails: what is missing, refused or replaced is looked at again in some later refresh().
class PodLogs {
 public:
  /// @param root  the folder with `pods` and `containers` in it, /var/log; empty: there is nothing to read
  explicit PodLogs(std::string root, std::unique_ptr<DirWatcher> watcher = make_inotify_watcher());

  /// Takes in what happened. Two stat(2) and one read(2) when nothing did.
  void refresh(std::uint64_t now_ns);

  /// By the container's id if a link has it, else by the pod. Then it is the pod's only container if there is one folder and no link tells
  /// ids of this pod (its name may have been too long for one). What vanished stays known for kKeepNs.
  /// @param pod_uid  with "-", or empty
  /// @param container_id  or empty, for what is in a pod but in none of its containers
  [[nodiscard]] std::optional<LogNames> find(std::string_view pod_uid, std::string_view container_id) const;

  /// Rises whenever something new was learnt.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::size_t pods() const { return pods_.size(); }
  [[nodiscard]] std::size_t containers() const { return containers_.size(); }
  /// There are directories that nobody tells us about, so they are read every now and then.
  [[nodiscard]] bool polling() const { return polling_; }

 private:
  struct Life {
    std::uint64_t seen{};  ///< the scan that saw it last
    std::optional<std::uint64_t> gone_ns;
  };
  struct Pod : Life {
    std::string namespace_;
    std::string pod;
    std::string folder;                ///< empty when only a link told of it
    std::set<std::string> containers;  ///< a pod's containers never become fewer
    bool linked{};                     ///< a link told an id of a container of this pod
    std::optional<int> watch;
  };
  struct Container : Life {
    std::string namespace_;
    std::string pod;
    std::string container;
  };
  /// One of the two directories, which may come, go and be replaced, also by a mount that no watch tells of.
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
  bool look_{};  ///< the directories have to be read, since events do not tell all
};

}  // namespace procledger::container
