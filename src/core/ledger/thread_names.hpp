// SPDX-License-Identifier: Apache-2.0
// What the threads of a group have used, by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"

namespace procledger::ledger {

struct ThreadName {
  event::Totals total;  ///< of all that had the name when they were seen, while in this group
  CpuSplit cpu;         ///< as of the last walk, neither mode ever falls
  std::uint64_t living{};
};

struct CommHash {
  std::size_t operator()(const event::Comm& comm) const { return std::hash<std::string_view>{}(comm.view()); }
};

class ThreadNames {
 public:
  using Names = std::unordered_map<event::Comm, ThreadName, CommHash>;

  /// A group has so many names at most: threads may be called after their connection. The rest is "(other)".
  static constexpr std::size_t kMostNames = 1000;

  void charge(GroupId group, const event::Comm& name, const event::Totals& more) { find(group, name).total += more; }
  void meet(GroupId group, const event::Comm& name) { ++find(group, name).living; }

  void begin_walk() {
    for (Names& names : groups_) {
      for (auto& [name, thread] : names) thread.living = 0;
    }
  }
  void end_walk() {
    for (Names& names : groups_) {
      for (auto& [name, thread] : names) {
        thread.cpu = split_cpu(thread.cpu, thread.total.cpu_ns, thread.total.user_ticks_ns, thread.total.system_ticks_ns);
      }
    }
  }

  /// Another group has this id from now on.
  void forget(GroupId group) {
    if (group < groups_.size()) groups_[group].clear();
  }

  /// Of a group; null if it has none.
  [[nodiscard]] const Names* of(GroupId group) const { return group < groups_.size() ? &groups_[group] : nullptr; }

 private:
  ThreadName& find(GroupId group, const event::Comm& name) {
    if (group >= groups_.size()) groups_.resize(group + std::size_t{1});
    Names& names = groups_[group];
    if (const auto found = names.find(name); found != names.end()) return found->second;
    return names[names.size() < kMostNames ? name : event::Comm{"(other)"}];
  }

  std::vector<Names> groups_;
};

}  // namespace procledger::ledger
