// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_index.hpp"

#include "host/container/cgroup_path.hpp"

namespace procledger::container {
namespace {

constexpr std::size_t kMaxMissing = 10'000;

}  // namespace

Result<void> CgroupIndex::scan(std::uint64_t now_ns) {
  tried_ns_ = now_ns;
  ++scans_;
  const auto complete = scan_cgroups(mount_.point, limits_.scan, [this](std::uint64_t id, std::string_view below) {
    std::string path{mount_.root};
    path += below;
    put(id, path.empty() ? "/" : std::move(path));
  });
  if (!complete) return tl::unexpected{complete.error()};
  if (!*complete) return {};
  for (auto& entry : entries_) {
    // A scan shows only cgroups below the mount, so other cgroups are not removed.
    if (entry.second.seen != scans_ && at_or_below(entry.second.path, mount_.root)) mark_gone(entry, now_ns);
  }
  return {};
}

void CgroupIndex::learn(std::uint64_t id, std::string_view path) {
  if (path.empty() || path.size() > limits_.scan.path_bytes) return;
  put(id, std::string{path});
}

void CgroupIndex::forget(std::uint64_t id, std::uint64_t now_ns) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) mark_gone(*found, now_ns);
}

void CgroupIndex::expire(std::uint64_t now_ns) {
  while (!gone_.empty() && now_ns >= gone_.begin()->first + kKeepNs) drop(entries_.find(gone_.begin()->second));
}

const std::string* CgroupIndex::find(std::uint64_t id) const {
  const auto found = entries_.find(id);
  return found != entries_.end() ? &found->second.path : nullptr;
}

const std::string* CgroupIndex::resolve(std::uint64_t id, std::uint64_t now_ns) {
  if (const std::string* known = find(id)) return known;
  if (missing(id) || (tried_ns_ && now_ns < *tried_ns_ + limits_.rescan_ns)) return nullptr;
  if (!scan(now_ns)) return nullptr;
  const std::string* const known = find(id);
  if (known == nullptr) {
    if (missing_.size() >= kMaxMissing) missing_.clear();
    missing_.insert(id);
  }
  return known;
}

void CgroupIndex::put(std::uint64_t id, std::string path) {
  const auto [at, fresh] = entries_.try_emplace(id);
  Entry& entry = at->second;
  entry.seen = scans_;
  revive(*at);
  if (!fresh && entry.path == path) return;
  bytes_ = bytes_ - entry.path.size() + path.size();
  entry.path = std::move(path);
  make_room();
  if (entries_.size() > limits_.entries || bytes_ > limits_.bytes) {
    drop(at);
    ++refused_;
    return;
  }
  recovered_ += missing_.erase(id);
  ++version_;
}

void CgroupIndex::mark_gone(Entries::value_type& entry, std::uint64_t now_ns) {
  if (entry.second.gone_ns) return;
  entry.second.gone_ns = now_ns;
  gone_.emplace(now_ns, entry.first);
}

void CgroupIndex::revive(Entries::value_type& entry) {
  if (!entry.second.gone_ns) return;
  gone_.erase({*entry.second.gone_ns, entry.first});
  entry.second.gone_ns.reset();
}

void CgroupIndex::drop(Entries::iterator entry) {
  bytes_ -= entry->second.path.size();
  revive(*entry);
  entries_.erase(entry);
  ++version_;
}

void CgroupIndex::make_room() {
  while (!gone_.empty() && (entries_.size() > limits_.entries || bytes_ > limits_.bytes)) drop(entries_.find(gone_.begin()->second));
}

}  // namespace procledger::container
