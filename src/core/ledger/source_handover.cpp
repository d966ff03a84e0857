// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/source_handover.hpp"

#include <utility>

#include <algorithm>

namespace procledger::ledger {
namespace {

constexpr std::uint64_t kTickNs = 10'000'000;

std::uint64_t tick_of(std::uint64_t start_boottime_ns) { return start_boottime_ns / kTickNs; }

std::uint64_t tick_end(std::uint64_t start_boottime_ns) { return (tick_of(start_boottime_ns) + 1) * kTickNs - 1; }

/// Whether two start times are in the same clock tick and so may be equal.
bool same_tick(std::uint64_t start_boottime_ns, std::uint64_t other_start_ns) {
  return tick_of(start_boottime_ns) == tick_of(other_start_ns);
}

}  // namespace

void SourceHandover::change_source(std::uint64_t boottime_ns) {
  changed_ns_ = boottime_ns;
  under_way_ = false;
  for (const ProcessPtr& process : std::exchange(ended_in_handover_, {})) ended_.push_back(process);
  take_tables();
}

// Drops the usage of processes beyond their tasks: the next source that reports such a rest has its own sums.
void SourceHandover::take_tables() {
  tasks_.release([this](event::TaskId id, Task&& task) {
    if (task.rest) return;
    task.took_over_ns = 0;
    const TaskKey key{task.reported ? task.exit_tid : task.tid, tick_of(id.start_boottime_ns)};
    old_tasks_.emplace(key, OldTask{id, std::move(task)});
  });
  for (ProcessPtr& process : processes_.release()) {
    ProcessPtr& owner = old_processes_[process->id.tgid];
    if (owner && owner->start_boottime_ns > process->start_boottime_ns) std::swap(owner, process);
    if (owner) superseded_.push_back(std::move(owner));
    owner = std::move(process);
  }
}

// Searches the processes that ended in the handover.
ProcessPtr SourceHandover::extract_ended(std::uint32_t tgid, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns) {
  const auto fits = [&](const ProcessPtr& process) {
    if (process->id.tgid != tgid) return false;
    if (leader_start_ns) return same_tick(*leader_start_ns, process->start_boottime_ns);
    return tick_of(process->start_boottime_ns) <= tick_of(started_by_ns) && started_by_ns <= process->left_ns;
  };
  const auto at = std::ranges::find_if(ended_, fits);
  if (at == ended_.end()) return nullptr;
  ProcessPtr process = *at;
  if (leader_start_ns) ended_.erase(at);  // else a record of the leader is still to come, with the leader's start time
  return process;
}

// The process with this tgid whose start time fits: in the tick of the leader's start, or, without one, not after `started_by_ns`.
ProcessPtr SourceHandover::extract_process(std::uint32_t tgid, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns) {
  const auto fits = [&](const ProcessPtr& process) {
    const std::uint64_t start_boottime_ns = process->start_boottime_ns;
    return leader_start_ns ? same_tick(*leader_start_ns, start_boottime_ns) : tick_of(start_boottime_ns) <= tick_of(started_by_ns);
  };
  if (const auto at = old_processes_.find(tgid); at != old_processes_.end() && fits(at->second)) {
    ProcessPtr process = std::move(at->second);
    old_processes_.erase(at);
    return process;
  }
  const auto older = std::ranges::find_if(superseded_, [&](const ProcessPtr& each) { return each->id.tgid == tgid && fits(each); });
  if (older == superseded_.end()) return nullptr;
  ProcessPtr process = std::move(*older);
  superseded_.erase(older);
  return process;
}

// The task with this tid and start tick.
std::optional<SourceHandover::OldTask> SourceHandover::extract_task(const event::Observation& seen) {
  const auto [first, last] = old_tasks_.equal_range(TaskKey{seen.tid, tick_of(seen.task.start_boottime_ns)});
  if (first == last) return std::nullopt;
  const auto fits = [&seen](const auto& each) {
    const Task& task = each.second.task;
    return seen.exited && task.reported ? task.charged.cpu_ns == seen.total.cpu_ns : !task.reported && !seen.exited;
  };
  auto at = std::find_if(first, last, fits);
  if (at == last) at = std::find_if(first, last, [](const auto& each) { return !each.second.task.reported; });
  return std::move(old_tasks_.extract(at == last ? first : at).mapped());
}

// The youngest task of `process` with this tid and without an exit record.
SourceHandover::OldTasks::node_type SourceHandover::extract_living(const Process& process, std::uint32_t tid) {
  auto youngest = old_tasks_.end();
  for (auto at = old_tasks_.lower_bound({tid, 0}); at != old_tasks_.end() && at->first.first == tid; ++at) {
    if (at->second.task.process.get() == &process && !at->second.task.reported) youngest = at;
  }
  return youngest == old_tasks_.end() ? OldTasks::node_type{} : old_tasks_.extract(youngest);
}

void SourceHandover::exchange_tids(const Process& process, const event::Observation& leader, std::uint32_t previous_tid) {
  auto thread = extract_living(process, previous_tid);
  auto old_leader = extract_living(process, leader.tid);
  const auto put_back = [&](OldTasks::node_type& task, std::uint32_t tid) {
    if (task.empty()) return;
    task.mapped().task.tid = tid;
    task.key() = {tid, tick_of(leader.task.start_boottime_ns)};
    old_tasks_.insert(std::move(task));
  };
  put_back(thread, leader.tid);
  put_back(old_leader, previous_tid);
}

void SourceHandover::rematch(const event::Observation& seen) {
  const auto leader_start = seen.leader ? std::optional{seen.task.start_boottime_ns} : std::nullopt;
  const ProcessPtr process = rematch(seen.process, leader_start, seen.task.start_boottime_ns);
  if (seen.scope == event::Scope::kProcess) return;
  auto old = extract_task(seen);
  if (!old) return;
  if (process && seen.leader) process->identity.leader = seen.task.handle;
  thread_series_.rename(old->id, seen.task);
  tasks_.add(seen.task, std::move(old->task));
}

ProcessPtr SourceHandover::rematch(event::ProcessId id, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns) {
  if (ProcessPtr known = processes_.find(id)) return known;
  ProcessPtr process = extract_process(id.tgid, leader_start_ns, started_by_ns);
  if (!process) {
    retire_again(id, leader_start_ns, started_by_ns);
    return nullptr;
  }
  present_ids_[process->id] = id;
  const event::TaskId old_series{process->id.handle, process->start_boottime_ns};
  process->id = id;
  // If only a thread or a child reports the process, the leader's start time is still unknown, but lies in this tick.
  process->start_known = leader_start_ns.has_value();
  process->start_boottime_ns = leader_start_ns.value_or(tick_end(process->start_boottime_ns));
  process->rematched = true;
  use_present_id_of_parent(*process);
  process_series_.rename(old_series, {id.handle, process->start_boottime_ns});
  processes_.adopt(process);
  return process;
}

void SourceHandover::use_present_id_of_parent(Process& process) const {
  std::optional<event::ProcessId>& parent = process.identity.parent;
  if (!parent) return;
  if (const auto at = present_ids_.find(*parent); at != present_ids_.end()) parent = at->second;
}

// Retires a process under its new id after the previous source reported its end, so that records of the present source find it.
void SourceHandover::retire_again(event::ProcessId id, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns) {
  const ProcessPtr process = extract_ended(id.tgid, leader_start_ns, started_by_ns);
  if (!process) return;
  process->id = id;
  process->start_boottime_ns = leader_start_ns.value_or(std::min(process->start_boottime_ns, started_by_ns));
  use_present_id_of_parent(*process);
  if (processes_.retire(process, process->left_ns)) ++anomalies_.retired_evicted;
}

std::vector<ProcessPtr> SourceHandover::abandon() {
  std::vector<ProcessPtr> left = std::move(superseded_);
  for (auto& [tgid, process] : old_processes_) left.push_back(std::move(process));
  superseded_.clear();
  old_processes_.clear();
  for (const ProcessPtr& process : left) use_present_id_of_parent(*process);
  return left;
}

void SourceHandover::forget() {
  old_tasks_.clear();
  ended_.clear();
}

}  // namespace procledger::ledger
