// SPDX-License-Identifier: Apache-2.0
// Tasks that the ledger follows, found by handle although handles are reused and births change.
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

/// A slice that was under way when its process changed its group: which groups share what it will turn out to have been. Pending time says
/// where one share ends, but it may hold what a hypervisor took or an interrupt used, which no total ever contains; so nothing of it is
/// charged before the total has moved, which ends the slice (kernel/sched/fair.c:update_curr adds all until now).
class OpenSlice {
 public:
  struct Taker {
    GroupId group{};
    event::Comm thread{};  ///< empty where nobody asks for names
    bool operator==(const Taker&) const = default;
  };

  /// What lies below the total `until_ns`, and is not shared out yet, is for `taker`.
  void share(const Taker& taker, std::uint64_t until_ns) {
    if (!shares_.empty() && (shares_.back().taker == taker || shares_.size() == kMostShares)) {
      shares_.back().until_ns = std::max(shares_.back().until_ns, until_ns);
    } else if (shares_.empty() || until_ns > shares_.back().until_ns) {
      shares_.push_back({taker, until_ns});
    }
  }

  /// Calls `give(taker, ns)` for every share in what lies between two totals, and returns what is left.
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
  /// A process may rename itself a million times per second and to and fro; the last taker has what is beyond.
  static constexpr std::size_t kMostShares = 64;

  std::vector<Share> shares_;
};

struct Task {
  std::uint64_t birth_ns{};
  std::uint64_t took_over_ns{};      ///< when exec gave it its leader's birth: until then it had a later one
  std::uint64_t walk{};              ///< number of the last walk that showed it
  std::uint64_t touched_in_walk{};   ///< the walk during which something was last told of it; 0: between walks
  std::uint64_t missing_since_ns{};  ///< began the second walk that missed it: the first may have passed before its birth
  std::uint64_t running_until_ns{};  ///< total and pending time as of the walk under way
  event::Totals charged;             ///< highest totals seen: a record charges what it has beyond them
  OpenSlice slice{};                 ///< empty but for a task that was on a CPU when its process changed
  std::shared_ptr<Process> process;  ///< null: its process is remembered by a tombstone only
  GroupId last_group{};              ///< of the tombstone
  std::uint32_t missed_walks{};      ///< since `walk`
  std::uint32_t tid{};
  std::uint32_t final_tid{};  ///< `told`: by then, since an exec may have given it another one afterwards
  bool rest{};                ///< what its process used beyond its tasks (event::Scope::kProcess)
  bool told{};                ///< its final numbers came by name: it is none of those that have lost theirs

  [[nodiscard]] GroupId group() const { return process ? process->group() : last_group; }
};

/// Which task a record speaks of. Owns the tasks that are followed. Charging adds and ends them, SourceHandover takes them out and back.
/// Invariant: a handle has at most one present owner, and a record never finds a task that had the handle before or after its own.
/// A thread that calls exec takes over its leader's tid and birth (fs/exec.c:de_thread), so a task's birth may become an earlier one, once.
/// Records from before that may come after it. A record with a birth that its handle's owner never had speaks of another owner.
class TaskTable {
 public:
  /// The task that `seen` speaks of, or null. A later birth under the same handle is another task: the one before is set aside, because
  /// its final record is missing and may yet come. An earlier birth is the same task if it leads its process now.
  /// @param walk  the walk under way, 0 if none: a walk may meet a task both before and after it took over its leader's tid
  [[nodiscard]] Task* find(const event::Observation& seen, std::uint64_t walk);

  /// The process of the task that `seen` speaks of, where nothing about it is in doubt; else null.
  [[nodiscard]] const std::shared_ptr<Process>* known_process(const event::Observation& seen) const;

  /// Whether the present owner of the handle has this very birth and process.
  [[nodiscard]] bool owns(const event::Observation& seen) const;

  /// Tells that `seen` had the tid `previous_tid` and another birth until now. False if it is not followed; another task that had the
  /// handle is set aside then.
  bool take_over(const event::Observation& seen, Process& process, std::uint32_t previous_tid);

  /// Starts to follow a task that `find` did not find.
  Task& add(event::TaskId id, Task task);

  /// The task of this very birth, or null. The tid decides where two had one handle and then, by exec, one birth.
  [[nodiscard]] const Task* find(event::TaskId id, std::uint32_t tid) const;

  /// Notes that a walk listed this task as a zombie: it has not vanished.
  void note_listed(event::TaskId id);

  /// Ends following a task that `find` found for this id.
  void erase(event::TaskId id, const Task& task);

  /// Calls `visit(Task&)`, which says whether to keep it, for every task.
  template <typename Visit>
  void sweep(Visit visit) {
    const auto sweep_one = [&](auto& tasks) {
      for (auto at = tasks.begin(); at != tasks.end();) at = visit(at->second) ? std::next(at) : tasks.erase(at);
    };
    sweep_one(tasks_);
    sweep_one(set_aside_);
  }

  /// Calls `take(TaskId, Task&&)` for every task, and follows none of them any more.
  template <typename Take>
  void release(Take take) {
    for (auto& [id, task] : set_aside_) take(id, std::move(task));
    for (auto& [handle, task] : tasks_) take(event::TaskId{handle, task.birth_ns}, std::move(task));
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
  /// `leader` leads `process` from now on. The leader before has its tid in exchange.
  void exchange_tids(Process& process, const event::Observation& leader, std::uint32_t previous_tid);
  Task* find_aside(const event::Observation& seen);
  void set_aside(std::unordered_map<std::uint64_t, Task>::iterator at);

  std::unordered_map<std::uint64_t, Task> tasks_;
  std::map<event::TaskId, Task> set_aside_;  ///< their handle has a new owner
};

}  // namespace procledger::ledger
