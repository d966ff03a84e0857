// SPDX-License-Identifier: Apache-2.0
// Tasks that the ledger follows, found by handle although handles are reused and births change.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <unordered_map>

#include "event/observation.hpp"
#include "ledger/process.hpp"

namespace procledger::ledger {

struct Task {
  std::uint64_t birth_ns{};
  std::uint64_t took_over_ns{};      ///< when exec gave it its leader's birth: until then it had a later one
  std::uint64_t walk{};              ///< number of the last walk that showed it
  std::uint64_t missing_since_ns{};  ///< began the first walk that did not; 0: it is in the last one, or newer
  std::uint64_t running_until_ns{};  ///< total and pending time as of the walk under way
  event::Totals charged;             ///< highest totals seen: a record charges what it has beyond them
  std::shared_ptr<Process> process;  ///< null: its process is remembered by a tombstone only
  GroupId last_group{};              ///< of the tombstone

  [[nodiscard]] GroupId group() const { return process ? process->group : last_group; }
};

class TaskTable {
 public:
  /// The task that `seen` speaks of, or null. A later birth under the same handle is another task: the one before is set aside, because its
  /// final record is missing and may yet come. An earlier birth is the same task if it leads its process now: exec gave it its leader's
  /// (fs/exec.c:de_thread); what was seen of it before that still has the later one.
  [[nodiscard]] Task* find(const event::Observation& seen);

  /// Starts to follow a task that `find` did not find.
  Task& add(event::TaskId id, Task task);

  void erase(const event::Observation& seen);

  /// Calls `visit(Task&)`, which says whether to keep it, for every task.
  template <typename Visit>
  void sweep(Visit visit) {
    const auto sweep_one = [&](auto& tasks) {
      for (auto at = tasks.begin(); at != tasks.end();) at = visit(at->second) ? std::next(at) : tasks.erase(at);
    };
    sweep_one(tasks_);
    sweep_one(set_aside_);
  }

  [[nodiscard]] std::size_t size() const { return tasks_.size() + set_aside_.size(); }

 private:
  std::unordered_map<std::uint64_t, Task> tasks_;
  std::map<event::TaskId, Task> set_aside_;  ///< their handle has a new owner
};

}  // namespace procledger::ledger
