// SPDX-License-Identifier: Apache-2.0
#include "ledger/task_table.hpp"

#include <utility>

namespace procledger::ledger {
namespace {

/// fs/exec.c:de_thread gives a thread that calls exec its leader's birth; task_struct, signal_struct and totals stay its own.
bool took_over_leader(const Task& task, const event::Observation& seen) {
  return task.process && seen.leader && seen.process == task.process->id && seen.task.birth_ns == task.process->birth_ns;
}

}  // namespace

Task* TaskTable::find(const event::Observation& seen) {
  if (const auto at = tasks_.find(seen.task.handle); at != tasks_.end()) {
    Task& task = at->second;
    if (task.birth_ns == seen.task.birth_ns) return &task;
    if (seen.task.birth_ns > task.birth_ns && seen.task.birth_ns <= task.took_over_ns) return &task;
    if (seen.task.birth_ns > task.birth_ns) {
      const event::TaskId old{seen.task.handle, task.birth_ns};
      set_aside_.insert_or_assign(old, std::move(task));
      tasks_.erase(at);
    } else if (took_over_leader(task, seen)) {
      task.took_over_ns = task.birth_ns;
      task.birth_ns = seen.task.birth_ns;
      return &task;
    }
  }
  const auto aside = set_aside_.find(seen.task);
  return aside == set_aside_.end() ? nullptr : &aside->second;
}

Task& TaskTable::add(event::TaskId id, Task task) {
  task.birth_ns = id.birth_ns;
  const auto [at, added] = tasks_.try_emplace(id.handle, std::move(task));
  if (added) return at->second;
  return set_aside_.insert_or_assign(id, std::move(task)).first->second;  // the handle's present owner was born later
}

void TaskTable::erase(const event::Observation& seen) {
  const auto at = tasks_.find(seen.task.handle);
  if (at != tasks_.end() && at->second.birth_ns == seen.task.birth_ns) {
    tasks_.erase(at);
  } else {
    set_aside_.erase(seen.task);
  }
}

}  // namespace procledger::ledger
