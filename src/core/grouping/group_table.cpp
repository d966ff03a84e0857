// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/group_table.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace procledger::grouping {
namespace {

/// An empty group is kept for at least this time, so that the group of a cron job survives the pause between two runs.
constexpr std::uint64_t kDropAfterNs = 3'600'000'000'000;

void make_safe(GroupKey& key, std::size_t max_bytes) {
  key.name = safe_text(key.name, max_bytes);
  for (auto& [label, value] : key.labels) value = safe_text(value, max_bytes);
  std::sort(key.labels.begin(), key.labels.end());
}

/// Safe texts contain no NUL, so NUL separates them without ambiguity.
std::string canonical(const GroupKey& key) {
  std::string text = key.name;
  for (const auto& [label, value] : key.labels) {
    text += '\0';
    text += label;
    text += '\0';
    text += value;
  }
  return text;
}

}  // namespace

ledger::Decision GroupTable::intern(GroupKey key) {
  make_safe(key, limits_.label_bytes);
  if (const auto found = ids_.find(canonical(key)); found != ids_.end()) return join(found->second);
  if (named_ < limits_.groups) return add(std::move(key), false);
  if (const auto victim = longest_empty()) return replace(*victim, std::move(key));
  return intern_reserved(kOtherGroup);
}

ledger::Decision GroupTable::intern_reserved(std::string_view name) {
  if (const auto found = ids_.find(std::string{name}); found != ids_.end()) return join(found->second);
  return add({std::string{name}, {}}, true);
}

std::vector<ledger::GroupId> GroupTable::configured() const {
  std::vector<ledger::GroupId> ids;
  for (ledger::GroupId id = 0; id < entries_.size(); ++id) {
    if (entries_[id].configured) ids.push_back(id);
  }
  return ids;
}

ledger::Decision GroupTable::join(ledger::GroupId group) {
  entries_[group].empty_since_ns.reset();
  return {group, false};
}

void GroupTable::note_members(ledger::GroupId group, std::uint64_t members, std::uint64_t now_ns) {
  now_ns_ = now_ns;
  if (group >= entries_.size()) return;
  Entry& entry = entries_[group];
  if (members > 0) {
    entry.empty_since_ns.reset();
  } else if (!entry.empty_since_ns) {
    entry.empty_since_ns = now_ns;
  }
}

ledger::Decision GroupTable::add(GroupKey key, bool reserved) {
  const auto id = static_cast<ledger::GroupId>(entries_.size());
  ids_.emplace(canonical(key), id);
  entries_.push_back({.key = std::move(key), .empty_since_ns = std::nullopt, .reserved = reserved});
  if (!reserved) ++named_;
  return {id, true};
}

ledger::Decision GroupTable::replace(ledger::GroupId victim, GroupKey key) {
  Entry& entry = entries_[victim];
  ids_.erase(canonical(entry.key));
  ids_.emplace(canonical(key), victim);
  entry.key = std::move(key);
  entry.empty_since_ns.reset();
  ++entry.generation;
  ++dropped_;
  return {victim, true};
}

std::optional<ledger::GroupId> GroupTable::longest_empty() const {
  std::optional<ledger::GroupId> longest;
  std::uint64_t since_ns = now_ns_;
  for (ledger::GroupId id = 0; id < entries_.size(); ++id) {
    const Entry& entry = entries_[id];
    const std::uint64_t empty_since_ns = entry.empty_since_ns.value_or(now_ns_);
    if (entry.reserved || entry.configured || now_ns_ - empty_since_ns < kDropAfterNs || empty_since_ns >= since_ns) continue;
    longest = id;
    since_ns = empty_since_ns;
  }
  return longest;
}

}  // namespace procledger::grouping
