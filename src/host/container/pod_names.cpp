// SPDX-License-Identifier: Apache-2.0
#include "host/container/pod_names.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <utility>

#include "base/unique_fd.hpp"
#include "host/container/cgroup_index.hpp"

namespace procledger::container {
namespace {

/// Limits far beyond any node, so that a mistake on the host cannot use all memory.
constexpr std::size_t kMaxPods = 20'000;
constexpr std::size_t kMaxContainers = 100'000;
constexpr std::size_t kMaxContainersOfPod = 1'000;

/// Interval of scans if a directory has no watch.
constexpr std::uint64_t kPollNs = 10'000'000'000;
/// Interval of scans if all directories have a watch: a watch misses changes on network file systems.
constexpr std::uint64_t kWatchedRescanNs = 300'000'000'000;

/// Calls `visit` for each entry.
/// @return  whether all entries were seen; a missing directory has none
bool list(const std::string& path, const std::function<void(const dirent&)>& visit, int flags = 0) {
  const DirStream entries = open_dir(AT_FDCWD, path.c_str(), flags);
  if (!entries) return errno == ENOENT || errno == ENOTDIR;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(entries.get());
    if (entry == nullptr) return errno == 0 || errno == ENOENT;
    if (entry->d_name[0] != '.') visit(*entry);
  }
}

std::string link_target(const std::string& path) {
  std::array<char, 4096> text{};
  const ssize_t got = ::readlink(path.c_str(), text.data(), text.size());
  return got > 0 ? std::string{text.data(), static_cast<std::size_t>(got)} : std::string{};
}

}  // namespace

PodLogs::PodLogs(std::string root, std::unique_ptr<DirWatcher> watcher) : enabled_{!root.empty()}, watcher_{std::move(watcher)} {
  pods_root_.path = root + "/pods";
  containers_root_.path = std::move(root) + "/containers";
}

void PodLogs::refresh(std::uint64_t now_ns) {
  if (!enabled_) return;
  now_ns_ = now_ns;
  needs_rescan_ = follow(pods_root_) || needs_rescan_;
  needs_rescan_ = follow(containers_root_) || needs_rescan_;
  const bool whole = watcher_->drain([this](const DirEvent& event) { handle(event); });
  const std::uint64_t every_ns = polling_ ? kPollNs : kWatchedRescanNs;
  if (needs_rescan_ || !whole || !scanned_ns_ || now_ns >= *scanned_ns_ + every_ns) rescan();
  if (next_expiry_ns_ && now_ns >= *next_expiry_ns_) expire();
}

std::optional<LogNames> PodLogs::find(std::string_view pod_uid, std::string_view container_id) const {
  if (const auto found = containers_.find(container_id); found != containers_.end()) {
    const Container& container = found->second;
    return LogNames{container.namespace_, container.pod, container.container, true};
  }
  const auto found = pods_.find(pod_uid);
  if (found == pods_.end()) return std::nullopt;
  const Pod& pod = found->second;
  const bool only = !container_id.empty() && !pod.linked && pod.containers.size() == 1;
  return LogNames{pod.namespace_, pod.pod, only ? *pod.containers.begin() : std::string{}, false};
}

bool PodLogs::follow(Root& root) {
  struct stat info{};
  const bool there = ::stat(root.path.c_str(), &info) == 0;
  if (!there && !root.there) return false;
  if (there && root.there && info.st_dev == root.device && info.st_ino == root.inode) return false;
  unwatch(root.watch);
  root.there = there;
  root.device = info.st_dev;
  root.inode = info.st_ino;
  return true;
}

void PodLogs::watch(Root& root) {
  if (!root.there) return;
  if (!root.watch) root.watch = watcher_->watch(root.path);
  polling_ = polling_ || !root.watch;
}

void PodLogs::unwatch(std::optional<int>& watch) {
  if (!watch) return;
  watcher_->unwatch(*watch);
  watched_.erase(*watch);
  watch.reset();
}

void PodLogs::handle(const DirEvent& event) {
  for (Root* root : {&pods_root_, &containers_root_}) {
    if (root->watch != event.watch) continue;
    if (event.change == DirChange::kEnded) {
      root->watch.reset();
      needs_rescan_ = true;
    } else if (root == &pods_root_) {
      event.change == DirChange::kAppeared ? add_folder(event.name) : remove_folder(event.name);
    } else {
      event.change == DirChange::kAppeared ? add_link(event.name) : remove_link(event.name);
    }
    return;
  }
  const auto watched = watched_.find(event.watch);
  if (watched == watched_.end()) return;
  const auto pod = pods_.find(watched->second);
  if (pod == pods_.end()) return;
  if (event.change == DirChange::kEnded) {
    pod->second.watch.reset();
    watched_.erase(watched);
  } else if (event.change == DirChange::kAppeared && event.directory) {
    add_container_folder(pod->second, event.name);
  }
}

void PodLogs::rescan() {
  ++scan_;
  scanned_ns_ = now_ns_;
  needs_rescan_ = false;
  polling_ = false;
  // The watches come before the reads, so that no change is missed in between.
  watch(pods_root_);
  watch(containers_root_);
  const bool all_pods = list(pods_root_.path, [this](const dirent& entry) { add_folder(entry.d_name); });
  const bool all_links = list(containers_root_.path, [this](const dirent& entry) { add_link(entry.d_name); });
  for (auto& [uid, pod] : pods_) {
    if (!all_pods || !all_links || pod.seen == scan_) continue;
    unwatch(pod.watch);
    mark_gone(pod);
  }
  for (auto& [id, container] : containers_) {
    if (all_links && container.seen != scan_) mark_gone(container);
  }
}

PodLogs::Pods::iterator PodLogs::learn_pod(const PodFolderName& name) {
  auto found = pods_.find(name.uid);
  if (found == pods_.end()) {
    if (pods_.size() >= kMaxPods) return found;
    found = pods_.try_emplace(std::string{name.uid}).first;
  }
  Pod& pod = found->second;
  touch(pod);
  if (pod.namespace_ != name.namespace_ || pod.pod != name.pod) {
    pod.namespace_ = name.namespace_;
    pod.pod = name.pod;
    ++version_;
  }
  return found;
}

void PodLogs::add_folder(std::string_view name) {
  const auto parsed = parse_pod_folder(name);
  if (!parsed) return;
  const auto found = learn_pod(*parsed);
  if (found == pods_.end()) return;
  Pod& pod = found->second;
  if (pod.folder != name) unwatch(pod.watch);
  pod.folder = name;
  const std::string path = pods_root_.path + "/" + pod.folder;
  // A folder that was replaced under the same name has another watch.
  const auto watch = watcher_->watch(path);
  if (pod.watch && pod.watch != watch) unwatch(pod.watch);
  pod.watch = watch;
  if (watch) watched_[*watch] = found->first;
  const auto visit = [&](const dirent& entry) {
    if (entry.d_type == DT_DIR || entry.d_type == DT_UNKNOWN) add_container_folder(pod, entry.d_name);
  };
  if (!list(path, visit, O_NOFOLLOW) || !watch) polling_ = true;
}

void PodLogs::add_container_folder(Pod& pod, std::string_view name) {
  if (pod.containers.size() < kMaxContainersOfPod && pod.containers.emplace(name).second) ++version_;
}

void PodLogs::remove_folder(std::string_view name) {
  const auto parsed = parse_pod_folder(name);
  const auto found = parsed ? pods_.find(parsed->uid) : pods_.end();
  if (found == pods_.end() || found->second.folder != name) return;
  unwatch(found->second.watch);
  mark_gone(found->second);
}

void PodLogs::add_link(std::string_view name) {
  const std::string target = link_target(containers_root_.path + "/" + std::string{name});
  auto pod = pods_.end();
  if (const auto folder = parse_link_target(target)) pod = learn_pod(*folder);
  const auto parsed = parse_container_link(name);
  if (!parsed) return;
  auto found = containers_.find(parsed->id);
  if (found == containers_.end()) {
    if (containers_.size() >= kMaxContainers) return;
    found = containers_.try_emplace(std::string{parsed->id}).first;
  }
  Container& container = found->second;
  touch(container);
  if (container.namespace_ != parsed->namespace_ || container.pod != parsed->pod || container.container != parsed->container) {
    container.namespace_ = parsed->namespace_;
    container.pod = parsed->pod;
    container.container = parsed->container;
    ++version_;
  }
  if (pod != pods_.end() && !std::exchange(pod->second.linked, true)) ++version_;
}

void PodLogs::remove_link(std::string_view name) {
  const auto parsed = parse_container_link(name);
  const auto found = parsed ? containers_.find(parsed->id) : containers_.end();
  if (found != containers_.end()) mark_gone(found->second);
}

void PodLogs::touch(Life& life) const {
  life.seen = scan_;
  life.gone_ns.reset();
}

void PodLogs::mark_gone(Life& life) {
  if (!life.gone_ns) life.gone_ns = now_ns_;
  expire_by(*life.gone_ns + kKeepNs);
}

void PodLogs::expire_by(std::uint64_t time_ns) { next_expiry_ns_ = std::min(next_expiry_ns_.value_or(time_ns), time_ns); }

void PodLogs::expire() {
  next_expiry_ns_.reset();
  const auto over = [this](const Life& life) {
    if (!life.gone_ns) return false;
    if (now_ns_ >= *life.gone_ns + kKeepNs) return true;
    expire_by(*life.gone_ns + kKeepNs);
    return false;
  };
  // No unwatch is needed: a pod without a folder has no watch.
  std::erase_if(containers_, [&](const auto& entry) { return over(entry.second); });
  std::erase_if(pods_, [&](const auto& entry) { return over(entry.second); });
}

}  // namespace procledger::container
