// SPDX-License-Identifier: Apache-2.0
// Figures of single threads or processes, while they live and as long as they keep their names.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/process.hpp"

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

class LiveSeries {
 public:
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

 private:
  struct Entry {
    SeriesRow row;
    event::Totals base;  ///< used under earlier names
    event::Totals seen;
    std::uint64_t walk{};
  };
  std::map<event::TaskId, Entry> entries_;
};

}  // namespace procledger::ledger
