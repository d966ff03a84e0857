// SPDX-License-Identifier: Apache-2.0
// Figures of single threads or processes, while they live and as long as they keep their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// What is said of one: if any of it changes, its counters begin anew.
struct SeriesName {
  GroupId group{};
  std::uint32_t generation{};
  std::uint32_t pid{};
  std::uint32_t ppid{};
  std::uint32_t tid{};
  event::Comm process{};
  event::Comm thread{};
  bool operator==(const SeriesName&) const = default;
};

struct SeriesRow {
  SeriesName name;
  std::shared_ptr<const Process> owner;
  CpuSplit cpu;  ///< under this name: neither mode ever falls
};

/// The series of single threads, or of single processes. Owns one row for each that the last scan saw. Scan calls it with what a scan
/// shows, and SourceHandover where ids change. Invariant: a row's counter never falls under one name, and begins at zero under another.
class LiveSeries {
 public:
  struct Entry {
    SeriesRow row;
    event::Totals base;  ///< used under earlier names
    event::Totals seen;
    std::uint64_t walk{};
  };
  using Entries = std::map<event::TaskId, Entry>;

  /// In walk number `walk` it was there and had used `total`.
  void see(event::TaskId id, const SeriesName& name, const std::shared_ptr<const Process>& owner, const event::Totals& total,
           std::uint64_t walk) {
    Entry& entry = entries_.try_emplace(id).first->second;
    if (entry.row.name != name || entry.row.owner != owner) {
      entry.row = {.name = name, .owner = owner, .cpu = {}};
      entry.base = entry.seen;
    }
    entry.walk = walk;
    entry.seen = total;
    const event::Totals own = event::beyond(total, entry.base);
    entry.row.cpu = split_cpu(entry.row.cpu, own.cpu_ns, own.user_ticks_ns, own.system_ticks_ns);
  }

  /// The same thread or process has another id from now on.
  void rename(event::TaskId old, event::TaskId present) {
    auto node = entries_.extract(old);
    if (node.empty()) return;
    node.key() = present;
    entries_.insert(std::move(node));
  }

  /// Ends those that walk number `walk` did not see.
  void end_walk(std::uint64_t walk) {
    std::erase_if(entries_, [walk](const auto& each) { return each.second.walk != walk; });
  }

  template <typename Visit>
  void visit(Visit visit) const {
    for (const auto& [id, entry] : entries_) visit(entry.row);
  }

  [[nodiscard]] Entries& entries() { return entries_; }
  [[nodiscard]] const Entries& entries() const { return entries_; }

 private:
  Entries entries_;
};

// What the threads of a group have used, by their names.

struct ThreadName {
  event::Totals total;  ///< of all that had the name when they were seen, while in this group
  CpuSplit cpu;         ///< as of the last walk, neither mode ever falls
  std::uint64_t living{};
};

struct CommHash {
  std::size_t operator()(const event::Comm& comm) const { return std::hash<std::string_view>{}(comm.view()); }
};

/// What threads used by name, for each group that wants it. Owns the names and their counters. Charging calls it with what a thread used,
/// Scan with each thread that it sees. Invariant: a name's total never falls, and a group has at most kMostNames of them.
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

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("thread names", self.groups_);
  }

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
