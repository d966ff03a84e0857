// SPDX-License-Identifier: Apache-2.0
// Life-cycle events and charging. What happens once per collection is in ledger_scan.cpp.
#include "core/ledger/ledger.hpp"

#include <algorithm>
#include <utility>

namespace procledger::ledger {
namespace {

ProgramPtr program_of(const event::Execed& exec) {
  const auto copy = [](const std::optional<std::string_view>& text) { return text ? std::optional<std::string>{*text} : std::nullopt; };
  Program program{.filename = std::string{exec.filename}, .args = copy(exec.args), .path = copy(exec.path), .env = copy(exec.env)};
  program.args_cut = exec.args_cut;
  program.path_cut = exec.path_cut;
  program.env_cut = exec.env_cut;
  return std::make_shared<const Program>(std::move(program));
}

}  // namespace

Ledger::Ledger(Classifier& classifier, Options options) : classifier_{classifier}, options_{options}, processes_{options.max_tombstones} {}

void Ledger::take_identity(Process& process, const event::Observation& seen) {
  process.comm = seen.comm;
  process.uid = seen.uid;
  process.kernel_thread = seen.kernel_thread;
  take_parent(process, seen);
  if (seen.cgroup_id) process.cgroup_id = seen.cgroup_id;
}

ProcessPtr Ledger::follow(const event::Observation& seen) {
  Process process;
  process.id = seen.process;
  process.birth_ns = seen.task.birth_ns;
  process.birth_known = seen.leader;
  if (seen.leader) process.leader = seen.task.handle;
  take_identity(process, seen);
  process.creator = process.parent.value_or(event::ProcessId{});
  process.heritage = claim_of(process.creator, process.birth_ns);
  return processes_.add(process);
}

Ledger::Owner Ledger::owner_of(const event::Observation& seen) {
  if (!legacy_.empty()) claim(seen);
  if (const ProcessPtr* known = seen.died ? nullptr : tasks_.known_process(seen)) return {*known, (*known)->group, nullptr};
  const ProcessTable::Lookup found = processes_.find(seen);
  if (found.process) return {found.process, found.process->group, nullptr, found.leader_met};
  if (found.tombstone != nullptr) return {nullptr, found.tombstone->group, found.tombstone};
  if (found.superseded) leave(found.superseded, seen.task.birth_ns);  // its end was missed
  ProcessPtr process = follow(seen);
  join(*process, decide(*process));
  const ProcessPtr owner = processes_.owner(seen.process.handle);
  if (owner == process) return {process, process->group, nullptr};
  leave(process, owner->birth_ns);  // a late record of the handle's past owner
  return owner_of(seen);
}

// The end of following a process: late records find its tombstone.
void Ledger::leave(const ProcessPtr& process, std::uint64_t time_ns) {
  Account& account = accounts_[process->group];
  if (account.members > 0) --account.members;
  process->gone = true;
  process->left_ns = time_ns;
  if (handing_over_) ended_in_handover_.push_back(process);
  settle_split(*process);
  hand_over(*process);
  if (processes_.bury(process, time_ns)) ++anomalies_.tombstones_evicted;
}

// What a task had before our time is a baseline. (So is what a thread born since had before its exec gave it an older birth.) And so is the
// rest of a process that another source has followed: its dead threads were charged. So was a dead task of it, which that source told dead.
Task& Ledger::follow_task(const event::Observation& seen, const Owner& owner) {
  const bool rest = seen.scope == event::Scope::kProcess;
  const bool inherited = owner.process && owner.process->inherited;
  const bool dead_at_change = seen.state == event::State::kZombie && seen.task.birth_ns < changed_source_ns_;
  const bool told_dead = seen.leader ? inherited && owner.process->leader_told : dead_at_change;
  const bool charged_before = inherited && (rest || told_dead);
  const bool ours = seen.task.birth_ns >= options_.attached_ns && !charged_before;
  const event::Totals baseline = ours ? event::Totals{} : seen.total;
  return tasks_.add(seen.task, {.charged = baseline, .process = owner.process, .last_group = owner.group, .tid = seen.tid, .rest = rest});
}

OpenSlice::Taker Ledger::taker(GroupId group, const event::Comm& thread) const {
  return {.group = group, .thread = accounts_[group].series.thread_names ? thread : event::Comm{}};
}

void Ledger::charge(const OpenSlice::Taker& taker, const event::Totals& more) {
  Account& account = accounts_[taker.group];
  account.total += more;
  if (account.series.thread_names) thread_names_.charge(taker.group, taker.thread, more);
}

// Charges what the totals have beyond what was charged before.
Task& Ledger::charge(const event::Observation& seen, const Owner& owner, const event::Comm& thread) {
  const std::uint64_t walk = walking_ ? walk_ : 0;
  Task* task = tasks_.find(seen, walk);
  if (task == nullptr) task = &follow_task(seen, owner);
  task->touched_in_walk = walk;
  const event::Totals before = task->charged;
  task->charged = event::larger(before, seen.total);
  event::Totals delta = event::beyond(task->charged, before);
  total_ns_ += delta.cpu_ns;
  if (owner.process) owner.process->own += delta;
  if (owner.tombstone != nullptr) hand_over_late(*owner.tombstone, delta);
  if (delta.cpu_ns > 0) {
    delta.cpu_ns = task->slice.share_out(before.cpu_ns, task->charged.cpu_ns, [this](const OpenSlice::Taker& taker, std::uint64_t ns) {
      charge(taker, event::Totals{.cpu_ns = ns});
    });
    task->slice.end();
  }
  charge(taker(owner.group, thread), delta);
  return *task;
}

// Likewise, before the process changes its name or its group: the slice under way is the old one's up to now. The record has the new name
// already.
Task& Ledger::charge_before_change(const event::Observation& seen, const Owner& owner) {
  const event::Comm thread = owner.process ? owner.process->comm : seen.comm;
  Task& task = charge(seen, owner, thread);
  const bool under_way = seen.pending_ns > 0 && seen.total.cpu_ns == task.charged.cpu_ns;
  if (under_way) task.slice.share(taker(owner.group, thread), seen.total.cpu_ns + seen.pending_ns);
  return task;
}

void Ledger::on_fork(const event::Forked& fork) {
  const event::Observation& child = fork.child;
  if (!legacy_.empty()) {
    claim(fork.creator, std::nullopt, child.task.birth_ns);
    claim(child);
  }
  const ProcessPtr creator = processes_.find(fork.creator);
  const ProcessTable::Lookup found = processes_.find(child);
  const bool told_before = found.tombstone != nullptr || (found.process && found.process->inherited);
  if (told_before) return;  // by the source before
  if (found.superseded) leave(found.superseded, child.task.birth_ns);
  ProcessPtr process = found.process;
  if (!process) {
    process = follow(child);
    process->creator = fork.creator;
    if (creator && creator->birth_known) {
      process->forked = true;
      process->program = creator->program;
      process->heritage = claim_of(fork.creator, process->birth_ns);
    }
    join(*process, decide(*process));
  }
  ++accounts_[creator ? creator->group : process->group].forks;
}

void Ledger::on_exec(const event::Execed& exec) {
  if (!legacy_.empty() && exec.from_thread()) {
    const ProcessPtr process = claim(exec.task.process, exec.task.task.birth_ns, exec.task.task.birth_ns);
    if (process && !told_before(*process, exec.time_ns)) legacy_.exchange_tids(*process, exec.task, exec.previous_tid);
  }
  const Owner owner = owner_of(exec.task);
  if (exec.from_thread() && owner.process && !tasks_.take_over(exec.task, *owner.process, exec.previous_tid)) {
    follow_task(exec.task, owner);
  }
  Task& task = charge_before_change(exec.task, owner);
  if (exec.from_thread()) task.took_over_ns = exec.time_ns;
  if (!owner.process) return;
  owner.process->program = program_of(exec);
  owner.process->forked = false;
  owner.process->status_known = false;  // a leader that died before says nothing of this program's end
  owner.process->leader_told = false;
  owner.process->leader_dead = false;
  if (told_before(*owner.process, exec.time_ns)) return;
  regroup(*owner.process, exec.task, exec.time_ns);
  ++accounts_[owner.process->group].execs;
}

// Whether the source before told of a change at this time, or of a later one.
bool Ledger::told_before(const Process& process, std::uint64_t time_ns) const {
  return !legacy_.empty() && process.inherited && time_ns <= process.changed_ns;
}

void Ledger::on_change(const event::Changed& changed) {
  const Owner owner = owner_of(changed.task);
  // A thread may rename its dead leader, whose numbers were told.
  if (changed.task.state != event::State::kZombie) charge_before_change(changed.task, owner);
  if (owner.process && !told_before(*owner.process, changed.time_ns)) regroup(*owner.process, changed.task, changed.time_ns);
}

void Ledger::on_rename(const event::Changed& changed) { on_change(changed); }

void Ledger::on_move(const event::Changed& changed) { on_change(changed); }

// A process has ended when its leader's numbers are known by name and all its threads have begun to exit. A leader that has lost its name
// is an exit without a name, too.
void Ledger::on_died(const event::Final& final) {
  if (handing_over_ && final.task.scope == event::Scope::kProcess) return;
  Owner owner = owner_of(final.task);
  const bool named_by_threads = owner.leader_met && owner.process->changed_ns == 0;
  const bool other_user = owner.process && final.task.leader && owner.process->uid != final.task.uid;
  if (named_by_threads || other_user) {
    regroup(*owner.process, final.task, owner.process->changed_ns);
    owner.group = owner.process->group;
  }
  const std::size_t followed = tasks_.size();
  Task& task = charge(final.task, owner);
  task.told = true;
  task.final_tid = final.task.tid;
  if (tasks_.size() > followed && final.task.task.birth_ns < options_.attached_ns) ++anomalies_.died_before_walk;
  if (owner.tombstone != nullptr && final.task.leader && final.task.live_threads == 0 && final.status_known)
    count_exit(*owner.tombstone, final);
  if (!owner.process) return;
  note_exit(*owner.process, final);
  if (owner.process->dead && owner.process->leader_told) count_exit(*owner.process);
}

void Ledger::on_freed(const event::Freed& freed) {
  if (!legacy_.empty() && freed.leader) claim(freed.process, freed.task.birth_ns, freed.task.birth_ns);
  if (walking_) freed_in_walk_.emplace(freed.task.handle, freed);
  if (const Task* task = tasks_.find(freed.task, freed.tid)) {
    if (!task->told && !task->rest) vanished_ += task->charged;
    if (!handing_over_) tasks_.erase(freed.task, *task);
  }
  if (!freed.leader) return;
  const ProcessPtr process = processes_.find(freed.process);
  if (!process || process->birth_ns != freed.task.birth_ns) return;
  note_reaping(*process, freed);
  leave(process, freed.time_ns);
}

// What was known at the leader's death may have changed since: its last threads may have told the group to exit, or it was given to another
// parent.
void Ledger::note_reaping(Process& process, const event::Freed& freed) {
  if (freed.group_exit || !process.status_known) process.exit_status = freed.exit_status;
  if (process.leader_told) count_exit(process);
  if (!process.reaping_told || process.parent_at_death != freed.parent) process.autoreaped |= freed.autoreaped;
  take_parent_of_dead(process, freed.parent);
}

// Whether the walk read this before the task was freed, although it is delivered after its free record. A thread may have been read before
// exec gave it the earlier birth of its leader. Where a thread got the address of its dead leader, and then its birth, too, this may say so
// of the thread: it is met again in the next walk.
bool Ledger::freed_already(const event::Observation& seen) const {
  if (freed_in_walk_.empty()) return false;
  const auto [first, last] = freed_in_walk_.equal_range(seen.task.handle);
  if (first == last) return false;
  const bool owned = tasks_.owns(seen);
  return std::any_of(first, last, [&](const auto& each) {
    const event::Freed& freed = each.second;
    if (freed.task.birth_ns == seen.task.birth_ns) return true;
    return !owned && freed.process == seen.process && seen.task.birth_ns > freed.task.birth_ns && seen.task.birth_ns <= freed.time_ns;
  });
}

// The status that the parent will see is the group's where there is one, else the leader's.
void Ledger::note_exit(Process& process, const event::Final& final) {
  const event::Observation& seen = final.task;
  if (seen.group_exit || (seen.leader && !process.status_is_groups) || !process.status_known) process.exit_status = seen.exit_status;
  process.status_is_groups |= seen.group_exit;
  process.status_known |= seen.leader || seen.group_exit;
  process.dead |= seen.live_threads == 0;
  process.exit_counted |= !final.status_known && seen.live_threads == 0;
  process.death_ns = std::max(process.death_ns, final.death_ns);
  if (final.peak) accounts_[process.group].peak_bytes = std::max(accounts_[process.group].peak_bytes, *final.peak);
  if (!seen.leader) return;
  process.leader_told = true;
  process.leader_dead = true;
  process.missed_walks = 0;  // those that it lived through: forked while one was read, it may be in none
  process.reaping_told = seen.live_threads == 0;
  process.autoreaped = final.autoreaped;
  process.parent_at_death = seen.parent;
  take_parent(process, seen);
}

void Ledger::count_exit(Process& process) {
  if (std::exchange(process.exit_counted, true)) return;
  accounts_[process.group].count_exit(process.exit_status, process.birth_ns, process.death_ns);
}

// The end of a process that had to be given up before it was told.
void Ledger::count_exit(DeadProcess& tombstone, const event::Final& final) {
  if (tombstone.exit_counted != 0) return;
  tombstone.exit_counted = 1;
  accounts_[tombstone.group].count_exit(final.task.exit_status, tombstone.birth_ns, final.death_ns);
}

}  // namespace procledger::ledger
