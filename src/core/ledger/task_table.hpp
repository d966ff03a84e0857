// SPDX-License-Identifier: Apache-2.0
// Followed tasks, by handle. The kernel reuses handles, and exec changes the start time of a task.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// Splits a time slice between groups if its process changes group during the slice. Owned by Task. Pending time says where one share ends,
/// but may contain time that a hypervisor or an interrupt took, which no total ever contains. So pending time is charged only after the
/// total has moved, which ends the slice (kernel/sched/fair.c:update_curr adds all time up to now).
class OpenSlice {
 public:
  struct Taker {
    GroupId group{};
    event::Comm thread{};  ///< empty where the group has no series by thread name
    bool operator==(const Taker&) const = default;
  };

  /// Gives `taker` the part of the slice below the total `until_ns` that no earlier share has.
  void share(const Taker& taker, std::uint64_t until_ns) {
    if (!shares_.empty() && (shares_.back().taker == taker || shares_.size() == kMaxShares)) {
      shares_.back().until_ns = std::max(shares_.back().until_ns, until_ns);
    } else if (shares_.empty() || until_ns > shares_.back().until_ns) {
      shares_.push_back({taker, until_ns});
    }
  }

  /// Calls `give(taker, ns)` for every share between two totals. Returns the time that no share has.
  template <typename Give>
  [[nodiscard]] std::uint64_t share_out(std::uint64_t from_ns, std::uint64_t to_ns, Give give) const {
    for (const Share& share : shares_) {
      const std::uint64_t until_ns = std::min(share.until_ns, to_ns);
      if (until_ns <= from_ns) continue;
      give(share.taker, until_ns - from_ns);
      from_ns = until_ns;
    }
    return to_ns - from_ns;
  }

  void end() { shares_.clear(); }

  struct Share {
    Taker taker;
    std::uint64_t until_ns{};
  };
  [[nodiscard]] std::vector<Share>& shares() { return shares_; }
  [[nodiscard]] const std::vector<Share>& shares() const { return shares_; }

 private:
  /// Max number of shares: a process may rename itself a million times a second. The last taker gets the rest.
  static constexpr std::size_t kMaxShares = 64;

  std::vector<Share> shares_;
};

/// One followed task.
struct Task {
  std::uint64_t start_boottime_ns{};
  std::uint64_t took_over_ns{};      ///< upper bound of the start time that exec replaced with the leader's start time; 0: none
  std::uint64_t scan{};              ///< number of the last scan that showed the task
  std::uint64_t touched_in_scan{};   ///< scan during which the last record of the task came; 0: between scans
  std::uint64_t missing_since_ns{};  ///< start of the second scan that missed the task, which may have started too late for the first
  std::uint64_t running_until_ns{};  ///< total and pending time as of the present scan
  event::TaskCounters charged;       ///< highest totals seen: a record charges the increase over them
  OpenSlice slice{};                 ///< empty unless the task was on a CPU when its process changed
  std::shared_ptr<Process> process;  ///< null: its process is retired
  GroupId last_group{};              ///< group of the retired process
  std::uint32_t missed_scans{};      ///< scans since `scan`
  std::uint32_t tid{};
  std::uint32_t exit_tid{};  ///< tid in the exit record: a later exec may have changed `tid`
  bool rest{};               ///< not a task, but the usage of a process beyond its tasks (event::Scope::kProcess)
  bool reported{};           ///< the exit record of the task came, so the task is not among the unattributed records

  [[nodiscard]] GroupId group() const { return process ? process->group() : last_group; }
};

/// Finds the task of a record. Owns the followed tasks. Charging adds and ends them, SourceHandover takes them out and back. Invariant: a
/// handle has at most one present owner, and a record never finds a task that had the handle before or after its own. A thread that calls
/// exec takes over its leader's tid and start time (fs/exec.c:de_thread), so the start time of a task may become earlier, once. Records
/// from before the exec may come after it. If the owner of a handle never had the start time of a record, the record is of another owner.
class TaskTable {
 public:
  /// The task of `seen`, or null. A later start time under the same handle is another task: the previous task is set aside, because its
  /// exit record is missing and may still come. An earlier start time is the same task if the task leads its process now.
  /// @param scan  the present scan, 0 if none: a scan may show a task both before and after the task took over its leader's tid
  [[nodiscard]] Task* find(const event::Observation& seen, std::uint64_t scan);

  /// The process of the task of `seen`, if handle, start time, tid and process match and the start time of the process is known; else null.
  [[nodiscard]] const std::shared_ptr<Process>* known_process(const event::Observation& seen) const;

  /// Whether the present owner of the handle has exactly this start time and process.
  [[nodiscard]] bool owns(const event::Observation& seen) const;

  /// Applies an exec: until now the task of `seen` had the tid `previous_tid` and another start time. Returns false if the task is not
  /// followed; another task with the handle is then set aside.
  bool take_over(const event::Observation& seen, Process& process, std::uint32_t previous_tid);

  /// Starts to follow a task that `find` did not find.
  Task& add(event::TaskId id, Task task);

  /// The task with exactly this id, or null. The tid decides where two tasks had one handle and then, by exec, one start time.
  [[nodiscard]] const Task* find(event::TaskId id, std::uint32_t tid) const;

  /// Notes that a scan listed this task as a zombie: the task has not vanished.
  void note_listed(event::TaskId id);

  /// Ends following a task that `find` found for this id.
  void erase(event::TaskId id, const Task& task);

  /// Calls `visit(Task&)` for every task. `visit` returns whether to keep the task.
  template <typename Visit>
  void sweep(Visit visit) {
    const auto sweep_one = [&](auto& tasks) {
      for (auto at = tasks.begin(); at != tasks.end();) at = visit(at->second) ? std::next(at) : tasks.erase(at);
    };
    sweep_one(tasks_);
    sweep_one(set_aside_);
  }

  /// Calls `take(TaskId, Task&&)` for every task and empties the table.
  template <typename Take>
  void release(Take take) {
    for (auto& [id, task] : set_aside_) take(id, std::move(task));
    for (auto& [handle, task] : tasks_) take(event::TaskId{handle, task.start_boottime_ns}, std::move(task));
    set_aside_.clear();
    tasks_.clear();
  }

  [[nodiscard]] std::size_t size() const { return tasks_.size() + set_aside_.size(); }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("tasks", self.tasks_);
    visit("tasks set aside", self.set_aside_);
  }

 private:
  bool take_back(const event::Observation& seen);
  /// `leader` leads `process` from now on. The previous leader gets `previous_tid` in exchange.
  void exchange_tids(Process& process, const event::Observation& leader, std::uint32_t previous_tid);
  Task* find_aside(const event::Observation& seen);
  void set_aside(std::unordered_map<std::uint64_t, Task>::iterator at);

  std::unordered_map<std::uint64_t, Task> tasks_;
  std::map<event::TaskId, Task> set_aside_;  ///< tasks whose handle has a new owner
};

}  // namespace procledger::ledger
