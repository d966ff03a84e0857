// SPDX-License-Identifier: Apache-2.0
// Tasks that the ledger follows, found by handle although handles are reused and births change.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>

#include "event/observation.hpp"
#include "ledger/process.hpp"

namespace procledger::ledger {

struct Task {
  std::uint64_t birth_ns{};
  std::uint64_t seen_ns{};  ///< CLOCK_BOOTTIME of the last walk or event that showed it
  event::Totals charged;    ///< highest totals seen: a record charges what it has beyond them
  std::shared_ptr<Process> process;
};

class TaskTable {
 public:
  /// The task that `seen` speaks of, or null. A later birth under the same handle is another task: the one before is set aside, because its
  /// final record is missing and may yet come. An earlier birth is the same task if it leads its process now: exec gave it its leader's.
  [[nodiscard]] Task* find(const event::Observation& seen);

  /// Starts to follow a task that `find` did not find.
  Task& add(event::TaskId id, Task task);

  void erase(const event::Observation& seen);

  /// Calls `visit(const Task&)`, which says whether to keep it, for every task.
  template <typename Visit>
  void sweep(Visit visit) {
    std::erase_if(tasks_, [&](const auto& item) { return !visit(item.second); });
    std::erase_if(set_aside_, [&](const auto& item) { return !visit(item.second); });
  }

  [[nodiscard]] std::size_t size() const { return tasks_.size() + set_aside_.size(); }

 private:
  std::unordered_map<std::uint64_t, Task> tasks_;
  std::map<event::TaskId, Task> set_aside_;  ///< their handle has a new owner
};

}  // namespace procledger::ledger
