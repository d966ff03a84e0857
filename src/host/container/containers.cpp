// SPDX-License-Identifier: Apache-2.0
#include "host/container/containers.hpp"

#include <tuple>
#include <utility>

namespace procledger::container {
namespace {

constexpr std::uint64_t kRescanNs = 60'000'000'000;
constexpr std::size_t kMaxUnknown = 10'000;

}  // namespace

void Containers::refresh(std::uint64_t now_ns) {
  now_ns_ = now_ns;
  logs_.refresh(now_ns);
  const auto last_ns = index_.last_scan_ns();
  // A tree that cannot be read is tried again, because it may be mounted later.
  if (!last_ns || now_ns >= *last_ns + kRescanNs) std::ignore = index_.scan(now_ns);
  resolve_unknown();
  index_.expire(now_ns);
  follow_paths();
  follow_names();
}

const Placement* Containers::find(std::uint64_t cgroup_id) {
  if (const auto known = placed_.find(cgroup_id); known != placed_.end()) return &known->second.placement;
  const std::string* const path = index_.resolve(cgroup_id, now_ns_);
  if (path == nullptr) {
    if (!index_.missing(cgroup_id) && unknown_.size() < kMaxUnknown) unknown_.insert(cgroup_id);
    return nullptr;
  }
  // version() informs the callers that got null before.
  if (unknown_.erase(cgroup_id) > 0) ++version_;
  Entry& entry = placed_[cgroup_id];
  place(entry, *path);
  return &entry.placement;
}

void Containers::place(Entry& entry, const std::string& path) const {
  entry = Entry{};
  entry.placement.path = path;
  entry.placement.cgroup = parse_cgroup_path(path);
  if (entry.placement.cgroup.pod_uid.empty()) entry.placement.container = entry.placement.cgroup.name;
  name(entry);
}

bool Containers::name(Entry& entry) const {
  Placement& at = entry.placement;
  const std::string& id = at.cgroup.pod_uid.empty() ? at.cgroup.container_id : at.cgroup.pod_container_id;
  if (at.cgroup.pod_uid.empty() && id.empty()) {
    entry.complete = true;
    return false;
  }
  auto names = logs_.find(at.cgroup.pod_uid, id);
  if (!names) return false;
  entry.complete = names->certain;
  const bool changed = std::tie(at.namespace_, at.pod, at.container) != std::tie(names->namespace_, names->pod, names->container);
  at.namespace_ = std::move(names->namespace_);
  at.pod = std::move(names->pod);
  at.container = std::move(names->container);
  return changed;
}

void Containers::resolve_unknown() {
  std::erase_if(unknown_, [this](std::uint64_t id) {
    if (index_.resolve(id, now_ns_) == nullptr) return index_.missing(id);
    ++version_;
    return true;
  });
  if (std::exchange(seen_recovered_, index_.recovered()) != index_.recovered()) ++version_;
}

void Containers::follow_paths() {
  if (seen_paths_ == index_.version()) return;
  seen_paths_ = index_.version();
  std::erase_if(placed_, [this](const auto& entry) { return index_.find(entry.first) == nullptr; });
  for (auto& [id, entry] : placed_) {
    const std::string& path = *index_.find(id);
    if (path == entry.placement.path) continue;
    place(entry, path);
    ++version_;
  }
}

void Containers::follow_names() {
  if (seen_names_ == logs_.version()) return;
  seen_names_ = logs_.version();
  for (auto& [id, entry] : placed_) {
    if (!entry.complete && name(entry)) ++version_;
  }
}

}  // namespace procledger::container
