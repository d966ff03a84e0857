// SPDX-License-Identifier: Apache-2.0
// Counters of single threads and processes, while they live and keep their names.
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

/// The labels of one thread or process. Its counters start again from zero if any field changes.
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
  CpuSplit cpu;  ///< CPU time under this name; neither mode ever falls
};

/// The series of single threads, or of single processes. Owns one row for each thread or process in the last scan. Scan calls it with each
/// sample, and SourceHandover when an id changes. Invariant: a row's counter never falls under one name, and starts at zero under another.
class LiveSeries {
 public:
  struct Entry {
    SeriesRow row;
    event::TaskCounters base;  ///< usage under earlier names
    event::TaskCounters seen;
    std::uint64_t scan{};
  };
  using Entries = std::map<event::TaskId, Entry>;

  /// Notes that scan number `scan` showed the thread or process with the usage `total`.
  void see(event::TaskId id, const SeriesName& name, const std::shared_ptr<const Process>& owner, const event::TaskCounters& total,
           std::uint64_t scan) {
    Entry& entry = entries_.try_emplace(id).first->second;
    if (entry.row.name != name || entry.row.owner != owner) {
      entry.row = {.name = name, .owner = owner, .cpu = {}};
      entry.base = entry.seen;
    }
    entry.scan = scan;
    entry.seen = total;
    const event::TaskCounters own = event::beyond(total, entry.base);
    entry.row.cpu = split_cpu(entry.row.cpu, own.cpu_ns, own.user_ticks_ns, own.system_ticks_ns);
  }

  /// Gives a thread or process another id.
  void rename(event::TaskId old, event::TaskId present) {
    auto node = entries_.extract(old);
    if (node.empty()) return;
    node.key() = present;
    entries_.insert(std::move(node));
  }

  /// Ends the series that scan number `scan` did not show.
  void end_scan(std::uint64_t scan) {
    std::erase_if(entries_, [scan](const auto& each) { return each.second.scan != scan; });
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

/// Usage of the threads of one name in one group.
struct ThreadName {
  event::TaskCounters total;  ///< usage charged to threads while they had the name and were in the group
  CpuSplit cpu;               ///< CPU time as of the last scan; neither mode ever falls
  std::uint64_t living{};
};

struct CommHash {
  std::size_t operator()(const event::Comm& comm) const { return std::hash<std::string_view>{}(comm.view()); }
};

/// Usage of threads by name, for each group with such series. Owns the names and their counters. Charging calls it with the usage of a
/// thread, Scan with each thread in a scan. Invariant: the total of a name never falls, and a group has at most kMaxNames names.
class ThreadNames {
 public:
  using Names = std::unordered_map<event::Comm, ThreadName, CommHash>;

  /// Max names of a group, since a program may name threads after connections. Further threads count as "(other)".
  static constexpr std::size_t kMaxNames = 1000;

  void charge(GroupId group, const event::Comm& name, const event::TaskCounters& more) { find(group, name).total += more; }
  void meet(GroupId group, const event::Comm& name) { ++find(group, name).living; }

  void begin_scan() {
    for (Names& names : groups_) {
      for (auto& [name, thread] : names) thread.living = 0;
    }
  }
  void end_scan() {
    for (Names& names : groups_) {
      for (auto& [name, thread] : names) {
        thread.cpu = split_cpu(thread.cpu, thread.total.cpu_ns, thread.total.user_ticks_ns, thread.total.system_ticks_ns);
      }
    }
  }

  /// Drops the names of `group`: another group has this id from now on.
  void forget(GroupId group) {
    if (group < groups_.size()) groups_[group].clear();
  }

  /// The names of a group; null if it has none.
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
    return names[names.size() < kMaxNames ? name : event::Comm{"(other)"}];
  }

  std::vector<Names> groups_;
};

}  // namespace procledger::ledger
