// SPDX-License-Identifier: Apache-2.0
#include "ledger/task_table.hpp"

#include <utility>

namespace procledger::ledger {
namespace {

bool of_same_process(const Task& task, const event::Observation& seen) { return task.process && task.process->id == seen.process; }

// Exec's own record was lost, but this one shows what it did. Totals never fall: with a lower one this is a new owner of the handle.
bool took_over_leader(const Task& task, const event::Observation& seen) {
  return seen.leader && of_same_process(task, seen) && seen.task.birth_ns == task.process->birth_ns &&
         seen.total.cpu_ns >= task.charged.cpu_ns;
}

}  // namespace

Task* TaskTable::find(const event::Observation& seen, std::uint64_t walk) {
  const auto aside = set_aside_.find(seen.task);
  if (const auto at = tasks_.find(seen.task.handle); at != tasks_.end()) {
    Task& task = at->second;
    if (task.birth_ns == seen.task.birth_ns) {
      // A thread may have been given the address of its dead leader, and then by exec the leader's birth, too.
      return task.tid != seen.tid && aside != set_aside_.end() ? &aside->second : &task;
    }
    if (seen.task.birth_ns > task.birth_ns) {
      const bool from_before = seen.task.birth_ns <= task.took_over_ns;
      const bool met_twice = walk != 0 && task.walk == walk && of_same_process(task, seen);
      if (from_before || met_twice) return &task;
      set_aside(at);
    } else if (took_over_leader(task, seen)) {
      task.took_over_ns = task.birth_ns;
      task.birth_ns = seen.task.birth_ns;
      task.tid = seen.tid;
      return &task;
    }
  }
  return aside == set_aside_.end() ? nullptr : &aside->second;
}

void TaskTable::take_over(const event::Observation& seen, std::uint32_t previous_tid) {
  const auto at = tasks_.find(seen.task.handle);
  if (at == tasks_.end()) return;
  Task& task = at->second;
  const bool known = task.birth_ns == seen.task.birth_ns && task.tid == seen.tid;
  if (!of_same_process(task, seen) || (task.tid != previous_tid && !known)) {
    set_aside(at);
    return;
  }
  task.birth_ns = seen.task.birth_ns;
  task.tid = seen.tid;
}

void TaskTable::set_aside(std::unordered_map<std::uint64_t, Task>::iterator at) {
  const event::TaskId id{at->first, at->second.birth_ns};
  set_aside_.insert_or_assign(id, std::move(at->second));
  tasks_.erase(at);
}

Task& TaskTable::add(event::TaskId id, Task task) {
  task.birth_ns = id.birth_ns;
  const auto [at, added] = tasks_.try_emplace(id.handle, std::move(task));
  if (added) return at->second;
  return set_aside_.insert_or_assign(id, std::move(task)).first->second;  // the handle's present owner was born later
}

void TaskTable::erase(event::TaskId id, const Task& task) {
  if (const auto at = tasks_.find(id.handle); at != tasks_.end() && &at->second == &task) {
    tasks_.erase(at);
  } else {
    set_aside_.erase(id);
  }
}

}  // namespace procledger::ledger
