// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/task_table.hpp"

#include <utility>

namespace procledger::ledger {
namespace {

bool of_same_process(const Task& task, const event::Observation& seen) { return task.process && task.process->id == seen.process; }

// Whether `seen` shows that the task called exec and took over its leader's start time, although the exec record was lost. The task may be
// an ordinary thread again, after a later exec of another thread. Totals never fall, so a lower total belongs to another owner of the
// handle.
bool took_over_leader(const Task& task, const event::Observation& seen) {
  return of_same_process(task, seen) && !task.reported && seen.task.start_boottime_ns == task.process->start_boottime_ns &&
         seen.total.cpu_ns >= task.charged.cpu_ns;
}

}  // namespace

Task* TaskTable::find(const event::Observation& seen, std::uint64_t scan) {
  const auto aside = set_aside_.find(seen.task);
  if (const auto at = tasks_.find(seen.task.handle); at != tasks_.end()) {
    Task& task = at->second;
    if (task.start_boottime_ns == seen.task.start_boottime_ns) {
      // A thread may get the address of its exited leader, and then by exec the leader's start time, too.
      return task.tid != seen.tid && aside != set_aside_.end() ? &aside->second : &task;
    }
    if (seen.task.start_boottime_ns > task.start_boottime_ns) {
      if (aside != set_aside_.end()) return &aside->second;
      if (seen.task.start_boottime_ns <= task.took_over_ns)
        return of_same_process(task, seen) && !seen.exited ? &task : nullptr;  // null: the record is of the handle's previous owner
      const bool leads = of_same_process(task, seen) && !task.process->gone() && task.process->identity.leader == seen.task.handle;
      const bool met_twice = scan != 0 && task.touched_in_scan == scan;
      if (leads && met_twice && !task.reported && !seen.leader) return &task;
      set_aside(at);
    } else if (aside == set_aside_.end() && took_over_leader(task, seen)) {
      task.took_over_ns = task.start_boottime_ns;
      task.start_boottime_ns = seen.task.start_boottime_ns;
      if (seen.leader && !seen.exited) {  // another thread may have replaced an exited leader since
        exchange_tids(*task.process, seen, task.tid);
        task.tid = seen.tid;
      }
      return &task;
    }
  }
  return aside == set_aside_.end() ? find_aside(seen) : &aside->second;
}

// Finds the task of `seen` among the tasks set aside under a later start time. Such a task took over its leader's start time after its last
// record, and another task got its handle before its exit record came.
Task* TaskTable::find_aside(const event::Observation& seen) {
  for (auto at = set_aside_.upper_bound(seen.task); at != set_aside_.end() && at->first.handle == seen.task.handle; ++at) {
    if (!took_over_leader(at->second, seen)) continue;
    auto node = set_aside_.extract(at);
    node.key() = seen.task;
    node.mapped().took_over_ns = std::exchange(node.mapped().start_boottime_ns, seen.task.start_boottime_ns);
    return &set_aside_.insert(std::move(node)).position->second;
  }
  return nullptr;
}

const std::shared_ptr<Process>* TaskTable::known_process(const event::Observation& seen) const {
  const auto at = tasks_.find(seen.task.handle);
  if (at == tasks_.end()) return nullptr;
  const Task& task = at->second;
  const bool same = task.start_boottime_ns == seen.task.start_boottime_ns && task.tid == seen.tid && of_same_process(task, seen);
  return same && task.process->start_known && !task.process->gone() ? &task.process : nullptr;
}

bool TaskTable::owns(const event::Observation& seen) const {
  const auto at = tasks_.find(seen.task.handle);
  return at != tasks_.end() && at->second.start_boottime_ns == seen.task.start_boottime_ns && of_same_process(at->second, seen);
}

bool TaskTable::take_over(const event::Observation& seen, Process& process, std::uint32_t previous_tid) {
  exchange_tids(process, seen, previous_tid);
  const auto at = tasks_.find(seen.task.handle);
  if (at == tasks_.end()) return take_back(seen);
  Task& task = at->second;
  const bool known = task.start_boottime_ns == seen.task.start_boottime_ns && task.tid == seen.tid;
  const bool called_exec = task.tid == previous_tid && seen.total.cpu_ns >= task.charged.cpu_ns;  // totals never fall
  if (!of_same_process(task, seen) || !(called_exec || known)) {
    set_aside(at);
    return take_back(seen);
  }
  task.start_boottime_ns = seen.task.start_boottime_ns;
  task.tid = seen.tid;
  return true;
}

// A scan may have shown the task before its exec record came, while the handle still had its previous owner.
bool TaskTable::take_back(const event::Observation& seen) {
  const auto met = set_aside_.find(seen.task);
  if (met == set_aside_.end() || !of_same_process(met->second, seen)) return false;
  tasks_.insert_or_assign(seen.task.handle, std::move(met->second));
  set_aside_.erase(met);
  return true;
}

void TaskTable::exchange_tids(Process& process, const event::Observation& leader, std::uint32_t previous_tid) {
  if (process.identity.leader == leader.task.handle) return;
  const auto old = tasks_.find(process.identity.leader);
  if (old != tasks_.end() && old->second.process.get() == &process) old->second.tid = previous_tid;
  process.identity.leader = leader.task.handle;
}

void TaskTable::set_aside(std::unordered_map<std::uint64_t, Task>::iterator at) {
  const event::TaskId id{at->first, at->second.start_boottime_ns};
  set_aside_.insert_or_assign(id, std::move(at->second));
  tasks_.erase(at);
}

Task& TaskTable::add(event::TaskId id, Task task) {
  task.start_boottime_ns = id.start_boottime_ns;
  const auto [at, added] = tasks_.try_emplace(id.handle, std::move(task));
  if (added) return at->second;
  return set_aside_.insert_or_assign(id, std::move(task)).first->second;  // the handle's present owner started later
}

const Task* TaskTable::find(event::TaskId id, std::uint32_t tid) const {
  const auto aside = set_aside_.find(id);
  const auto at = tasks_.find(id.handle);
  const bool present = at != tasks_.end() && at->second.start_boottime_ns == id.start_boottime_ns;
  if (present && (at->second.tid == tid || aside == set_aside_.end())) return &at->second;
  return aside == set_aside_.end() ? nullptr : &aside->second;
}

void TaskTable::note_listed(event::TaskId id) {
  if (const auto at = tasks_.find(id.handle); at != tasks_.end() && at->second.start_boottime_ns == id.start_boottime_ns)
    at->second.missed_scans = 0;
  if (const auto aside = set_aside_.find(id); aside != set_aside_.end()) aside->second.missed_scans = 0;
}

void TaskTable::erase(event::TaskId id, const Task& task) {
  if (const auto at = tasks_.find(id.handle); at != tasks_.end() && &at->second == &task) {
    tasks_.erase(at);
  } else {
    set_aside_.erase(id);
  }
}

}  // namespace procledger::ledger
