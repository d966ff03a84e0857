// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/program_groups.hpp"

namespace procledger::proctree {
namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX

std::string_view last_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

Programs::Programs(std::size_t most_programs) : most_programs_{most_programs} {}

// The kernel may reuse the root's tgid after its end. If a thread of the root was seen first, the leader's start time comes later and is
// earlier.
bool Programs::is_root(std::uint32_t tgid, std::uint64_t start_boottime_ns) const {
  if (!root_ || tgid != root_->tgid || start_boottime_ns < root_->started_after_ns) return false;
  return !root_start_ns_ || start_boottime_ns <= *root_start_ns_;
}

bool Programs::belongs(const ledger::ProcessFacts& facts) const {
  if (facts.inherited || is_root(facts.tgid, facts.start_boottime_ns)) return true;
  const bool came_to_us = reaper_ && facts.parent_tgid == *reaper_ && root_ && facts.start_boottime_ns >= root_->started_after_ns;
  return came_to_us && !is_stranger_(facts.tgid);
}

// Until the root calls exec, its comm is the name of the program that forked it, cut to the length of a comm.
std::string_view Programs::name_of(const ledger::ProcessFacts& facts) const {
  if (facts.program && !facts.program->filename.empty()) return last_part(facts.program->filename);
  const bool its_first = root_ && is_root(facts.tgid, facts.start_boottime_ns) && root_->name.starts_with(facts.comm);
  return its_first ? std::string_view{root_->name} : facts.comm;
}

ledger::GroupId Programs::group_of(std::string_view name) {
  std::string key{name.substr(0, kLongestName)};
  if (const auto known = groups_.find(key); known != groups_.end()) return known->second;
  if (groups_.size() >= most_programs_) return kOther;
  const auto group = static_cast<ledger::GroupId>(names_.size());
  names_.push_back(key);
  used_.push_back(false);
  groups_.emplace(std::move(key), group);
  return group;
}

ledger::Decision Programs::into(ledger::GroupId group, bool claimed) {
  const bool fresh = !used_[group];
  used_[group] = true;
  return {.group = group, .fresh = fresh, .claimed = claimed, .learnt = {}};
}

ledger::Decision Programs::decide(const ledger::ProcessFacts& facts) {
  if (!belongs(facts)) return into(kOutside, false);
  if (is_root(facts.tgid, facts.start_boottime_ns)) root_start_ns_ = facts.start_boottime_ns;
  return into(group_of(name_of(facts)), true);
}

ledger::Decision Programs::unattributed() { return into(kUnattributed, false); }

}  // namespace procledger::proctree
