// SPDX-License-Identifier: Apache-2.0
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

Ledger::Ledger(Classifier& classifier, Options options)
    : classifier_{classifier},
      options_{options},
      processes_{options.max_retired_processes},
      charging_{accounts_, options_},
      child_credit_{accounts_, processes_, classifier},
      groups_{classifier, accounts_, processes_, charging_},
      scan_{accounts_, processes_, charging_, options_},
      handover_{charging_.tasks(), processes_, scan_.thread_series(), scan_.process_series(), anomalies_} {}

void Ledger::take_identity(Process& process, const event::Observation& seen) {
  process.identity.comm = seen.comm;
  process.identity.uid = seen.uid;
  process.identity.kernel_thread = seen.kernel_thread;
  child_credit_.take_parent(process, seen);
  if (seen.cgroup_id) process.identity.cgroup_id = seen.cgroup_id;
}

ProcessPtr Ledger::follow(const event::Observation& seen) {
  Process process;
  process.id = seen.process;
  process.start_boottime_ns = seen.task.start_boottime_ns;
  process.start_known = seen.leader;
  if (seen.leader) process.identity.leader = seen.task.handle;
  take_identity(process, seen);
  process.identity.creator = process.identity.parent.value_or(event::ProcessId{});
  process.placement.inherited = groups_.matched_group(process.identity.creator, process.start_boottime_ns);
  return processes_.add(process);
}

Owner Ledger::owner_of(const event::Observation& seen) {
  if (handover_.pending()) handover_.rematch(seen);
  if (const ProcessPtr* known = seen.exited ? nullptr : charging_.tasks().known_process(seen)) return {*known, (*known)->group(), nullptr};
  const ProcessTable::Lookup found = processes_.find(seen);
  if (found.process) return {found.process, found.process->group(), nullptr, found.leader_met};
  if (found.retired != nullptr) return {nullptr, found.retired->group, found.retired};
  if (found.superseded) leave(found.superseded, seen.task.start_boottime_ns);  // no record of its end came
  ProcessPtr process = follow(seen);
  groups_.join(*process);
  const ProcessPtr owner = processes_.owner(seen.process.handle);
  if (owner == process) return {process, process->group(), nullptr};
  leave(process, owner->start_boottime_ns);  // the record is a late one of the handle's previous owner
  return owner_of(seen);
}

// Stops following a process and retires it. Late records find the retired process.
void Ledger::leave(const ProcessPtr& process, std::uint64_t time_ns) {
  groups_.leave(*process);
  process->left_ns = time_ns;
  handover_.note_left(process);
  child_credit_.credit_parent(*process);
  if (processes_.retire(process, time_ns)) ++anomalies_.retired_evicted;
}

// Takes a new identity and assigns the group again. Usage before the change stays with the old group.
void Ledger::regroup(Process& process, const event::Observation& seen, std::uint64_t time_ns) {
  take_identity(process, seen);
  process.identity.leader = seen.task.handle;
  process.identity.changed_ns = time_ns;
  process.identity.forked = false;
  groups_.move(process);
}

// Credits the parent with the increase from a late record of a retired process. Returns whether the task was not followed before.
bool Ledger::credit_late(const Owner& owner, const Charging::Charged& charged) {
  if (owner.retired != nullptr) child_credit_.credit_late(*owner.retired, charged.more);
  return charged.first;
}

void Ledger::on_fork(const event::Forked& fork) {
  const event::Observation& child = fork.child;
  if (handover_.pending()) {
    handover_.rematch(fork.creator, std::nullopt, child.task.start_boottime_ns);
    handover_.rematch(child);
  }
  const ProcessPtr creator = processes_.find(fork.creator);
  const ProcessTable::Lookup found = processes_.find(child);
  const bool reported_earlier = found.retired != nullptr || (found.process && found.process->rematched);
  if (reported_earlier) return;  // the previous source reported this fork
  if (found.superseded) leave(found.superseded, child.task.start_boottime_ns);
  ProcessPtr process = found.process;
  if (!process) {
    process = follow(child);
    process->identity.creator = fork.creator;
    if (creator && creator->start_known) {
      process->identity.forked = true;
      process->identity.program = creator->identity.program;
      process->placement.inherited = groups_.matched_group(fork.creator, process->start_boottime_ns);
    }
    groups_.join(*process);
  }
  ++accounts_[creator ? creator->group() : process->group()].forks;
}

void Ledger::on_exec(const event::Execed& exec) {
  if (handover_.pending() && exec.from_thread()) {
    const ProcessPtr process = handover_.rematch(exec.task.process, exec.task.task.start_boottime_ns, exec.task.task.start_boottime_ns);
    if (process && !handover_.reported_before(*process, exec.time_ns)) handover_.exchange_tids(*process, exec.task, exec.previous_tid);
  }
  const Owner owner = owner_of(exec.task);
  credit_late(owner, charging_.charge_exec(exec, owner));
  if (!owner.process) return;
  Process& process = *owner.process;
  process.identity.program = program_of(exec);
  process.identity.forked = false;
  process.end.note_exec();
  if (handover_.reported_before(process, exec.time_ns)) return;
  regroup(process, exec.task, exec.time_ns);
  ++accounts_[process.group()].execs;
}

void Ledger::on_change(const event::Changed& changed) {
  const Owner owner = owner_of(changed.task);
  // A thread may rename its leader after the leader's exit record came.
  if (changed.task.state != event::State::kZombie) credit_late(owner, charging_.charge_before_change(changed.task, owner));
  if (owner.process && !handover_.reported_before(*owner.process, changed.time_ns)) regroup(*owner.process, changed.task, changed.time_ns);
}

// A leader whose exit record lost its name counts as an unattributed exit instead.
void Ledger::on_exit(const event::TaskExit& final) {
  if (handover_.under_way() && final.task.scope == event::Scope::kProcess) return;
  Owner owner = owner_of(final.task);
  const bool named_by_threads = owner.leader_met && owner.process->identity.changed_ns == 0;
  const bool other_user = owner.process && final.task.leader && owner.process->identity.uid != final.task.uid;
  if (named_by_threads || other_user) {
    regroup(*owner.process, final.task, owner.process->identity.changed_ns);
    owner.group = owner.process->group();
  }
  const bool first = credit_late(owner, charging_.charge_exit(final.task, owner));
  if (first && final.task.task.start_boottime_ns < options_.attached_ns) ++anomalies_.exited_before_scan;
  if (owner.retired != nullptr && final.task.leader && final.task.live_threads == 0 && final.status_known) {
    count_exit(*owner.retired, final);
  }
  if (owner.process) note_exit(*owner.process, final);
}

void Ledger::note_exit(Process& process, const event::TaskExit& final) {
  if (final.peak) accounts_[process.group()].peak_bytes = std::max(accounts_[process.group()].peak_bytes, *final.peak);
  if (final.task.leader) {
    process.identity.leader = final.task.task.handle;  // differs from before if the exec record was lost
    process.scan.missed = 0;                           // the process was alive in those scans: a scan may miss a process forked during it
    child_credit_.take_parent(process, final.task);
  }
  if (process.end.note_exit(final)) count_exit(process);
}

void Ledger::on_release(const event::TaskRelease& release) {
  if (handover_.pending() && release.leader)
    handover_.rematch(release.process, release.task.start_boottime_ns, release.task.start_boottime_ns);
  if (scanning_) scan_.note_release(release);
  charging_.release(release);
  if (!release.leader) return;
  const ProcessPtr process = processes_.find(release.process);
  if (!process || process->start_boottime_ns != release.task.start_boottime_ns) return;
  if (process->end.note_release(release)) count_exit(*process);
  child_credit_.take_parent_at_exit(*process, release.parent);
  leave(process, release.time_ns);
}

void Ledger::count_exit(const Process& process) {
  accounts_[process.group()].count_exit(process.end.status(), process.start_boottime_ns, process.end.time_ns());
}

// Counts the exit of a process that was retired before its exit record came.
void Ledger::count_exit(RetiredProcess& retired, const event::TaskExit& final) {
  if (retired.exit_counted != 0) return;
  retired.exit_counted = 1;
  accounts_[retired.group].count_exit(final.task.exit_status, retired.start_boottime_ns, final.exit_boottime_ns);
}

void Ledger::begin_scan(std::uint64_t boottime_ns, event::Zombies zombies) {
  scan_.begin(boottime_ns, zombies, reclassify_);
  charging_.begin_scan(scan_.number(), boottime_ns);
  scanning_ = true;
}

void Ledger::on_sample(const event::Observation& seen) {
  if (scan_.released_already(seen) || (handover_.under_way() && seen.scope == event::Scope::kProcess)) return;
  if (handover_.pending() && seen.leader) handover_.rematch(seen);
  if (!seen.leader && charging_.tasks().known_process(seen) == nullptr && processes_.find(seen).process == nullptr) {
    scan_.defer(seen);
  } else {
    sample(seen);
  }
}

// A sample of an exited task only shows that its process is still a zombie.
void Ledger::sample(const event::Observation& seen) {
  Owner owner = owner_of(seen);
  if (owner.process && scan_.shows_other_user(*owner.process, seen)) {
    regroup(*owner.process, seen, scan_.began_ns());
    owner.group = owner.process->group();
  }
  if (!seen.exited) credit_late(owner, charging_.charge_sample(seen, owner));
  if (!owner.process || seen.scope == event::Scope::kProcess) return;  // the sample is no thread
  Process& process = *owner.process;
  if (seen.leader) child_credit_.take_listed_parent(process, seen.parent);
  scan_.note_sample(process, seen);
  if (scan_.shows_lost_change(process, seen)) {
    regroup(process, seen, scan_.began_ns());
  } else if (seen.leader && process.identity.changed_ns < scan_.began_ns() && process.start_boottime_ns < scan_.began_ns()) {
    process.identity.leader = seen.task.handle;
  }
  scan_.see_thread(owner.process, seen);
}

// Ignores a process that no source reported: not even its name is known.
void Ledger::on_zombie(const event::Zombie& seen) {
  if (scan_.released_already(seen)) return;
  if (handover_.pending() && seen.leader) handover_.rematch(seen.process, seen.task.start_boottime_ns, seen.task.start_boottime_ns);
  const ProcessPtr process = processes_.find(seen.process);
  if (!process || process->start_boottime_ns > seen.task.start_boottime_ns) return;
  scan_.note_zombie(*process, seen);
  // The exit record may have come without a name, so the task still counts as a task that no scan samples. But the task has not vanished.
  charging_.tasks().note_listed(seen.task);
  if (seen.leader) child_credit_.take_listed_parent(*process, seen.parent);
}

void Ledger::on_estimated(const event::Estimated& estimated) {
  if (handover_.under_way()) return;
  charging_.charge_estimate(estimated.user_ns + estimated.system_ns);
  child_credit_.credit_estimate(estimated);
}

void Ledger::end_scan(std::uint64_t boottime_ns) {
  for (const event::Observation& seen : scan_.take_deferred()) sample(seen);
  scanning_ = false;
  if (handover_.pending()) abandon(boottime_ns);
  if (std::exchange(reclassify_, false)) {
    groups_.reclassify_all(scan_.number());
  } else if (scan_.first()) {
    groups_.settle_inheritance(scan_.number());
  }
  scan_.count_threads_of_new_groups();
  for (const ProcessPtr& process : scan_.settle(boottime_ns)) leave(process, boottime_ns);
  charging_.end_scan(boottime_ns, classifier_, anomalies_);
  scan_.end();
  const std::uint64_t forget = boottime_ns > options_.horizon_ns ? boottime_ns - options_.horizon_ns : 0;
  processes_.forget_retired_before(forget);
}

void Ledger::begin_handover() {
  handover_.begin();
  charging_.keep_reported();
}

void Ledger::change_source() {
  abandon(scan_.began_ns());
  handover_.change_source(scan_.began_ns());
  charging_.change_source(scan_.began_ns());
  scan_.forget_pending();
}

void Ledger::abandon(std::uint64_t now_ns) {
  for (const ProcessPtr& process : handover_.abandon()) {
    if (!process->end.exit_settled()) ++anomalies_.ended_unseen;
    leave(process, now_ns);
  }
  if (now_ns > handover_.changed_ns() + options_.horizon_ns) handover_.forget();
}

}  // namespace procledger::ledger
