// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/charging.hpp"

#include <algorithm>
#include <utility>

namespace procledger::ledger {

// Usage of a task before attach is a baseline and not charged. The same holds for a thread that started after attach, if its exec gave it
// a start time before attach. The rest of a rematched process is a baseline, too: the previous source charged its exited threads. So is an
// exited task whose exit the previous source reported.
Task& Charging::follow(const event::Observation& seen, const Owner& owner) {
  const bool rest = seen.scope == event::Scope::kProcess;
  const bool rematched = owner.process && owner.process->rematched;
  const bool dead_at_change = seen.state == event::State::kZombie && seen.task.start_boottime_ns < changed_source_ns_;
  const bool reported_exited = seen.leader ? rematched && owner.process->end.leader_reported() : dead_at_change;
  const bool charged_before = rematched && (rest || reported_exited);
  const bool ours = seen.task.start_boottime_ns >= options_.attached_ns && !charged_before;
  const event::TaskCounters baseline = ours ? event::TaskCounters{} : seen.total;
  return tasks_.add(seen.task, {.charged = baseline, .process = owner.process, .last_group = owner.group, .tid = seen.tid, .rest = rest});
}

// The taker of new usage: the group, and the thread's name if the group has series by thread name.
OpenSlice::Taker Charging::taker(GroupId group, const event::Comm& thread) const {
  return {.group = group, .thread = accounts_[group].series.thread_names ? thread : event::Comm{}};
}

void Charging::add(const OpenSlice::Taker& taker, const event::TaskCounters& more) {
  Account& account = accounts_[taker.group];
  account.total += more;
  if (account.series.thread_names) accounts_.thread_names().charge(taker.group, taker.thread, more);
}

// Charges the increase of the totals since the last charge.
Task& Charging::charge(const event::Observation& seen, const Owner& owner, const event::Comm& thread, Charged& charged) {
  const std::uint64_t scan = scanning_ ? scan_ : 0;
  Task* task = tasks_.find(seen, scan);
  charged.first = task == nullptr;
  if (charged.first) task = &follow(seen, owner);
  task->touched_in_scan = scan;
  const event::TaskCounters before = task->charged;
  task->charged = event::larger(before, seen.total);
  charged.more = event::beyond(task->charged, before);
  event::TaskCounters rest = charged.more;
  total_ns_ += rest.cpu_ns;
  if (owner.process) owner.process->own += rest;
  if (rest.cpu_ns > 0) {
    rest.cpu_ns = task->slice.share_out(before.cpu_ns, task->charged.cpu_ns,
                                        [this](const OpenSlice::Taker& taker, std::uint64_t ns) { add(taker, {.cpu_ns = ns}); });
    task->slice.end();
  }
  add(taker(owner.group, thread), rest);
  return *task;
}

Charging::Charged Charging::charge_sample(const event::Observation& seen, const Owner& owner) {
  Charged charged{};
  Task& task = charge(seen, owner, seen.comm, charged);
  task.scan = scan_;
  task.running_until_ns = seen.total.cpu_ns + seen.pending_ns;
  return charged;
}

Charging::Charged Charging::charge_exit(const event::Observation& seen, const Owner& owner) {
  Charged charged{};
  Task& task = charge(seen, owner, seen.comm, charged);
  task.reported = true;
  task.exit_tid = seen.tid;
  return charged;
}

// Charges the old name, since the record has the new name already.
Task& Charging::charge_before_change(const event::Observation& seen, const Owner& owner, Charged& charged) {
  const event::Comm thread = owner.process ? owner.process->identity.comm : seen.comm;
  Task& task = charge(seen, owner, thread, charged);
  const bool under_way = seen.pending_ns > 0 && seen.total.cpu_ns == task.charged.cpu_ns;
  if (under_way) task.slice.share(taker(owner.group, thread), seen.total.cpu_ns + seen.pending_ns);
  return task;
}

Charging::Charged Charging::charge_before_change(const event::Observation& seen, const Owner& owner) {
  Charged charged{};
  charge_before_change(seen, owner, charged);
  return charged;
}

Charging::Charged Charging::charge_exec(const event::Execed& exec, const Owner& owner) {
  if (exec.from_thread() && owner.process && !tasks_.take_over(exec.task, *owner.process, exec.previous_tid)) follow(exec.task, owner);
  Charged charged{};
  Task& task = charge_before_change(exec.task, owner, charged);
  if (exec.from_thread()) task.took_over_ns = exec.time_ns;
  return charged;
}

void Charging::release(const event::TaskRelease& release) {
  const Task* task = tasks_.find(release.task, release.tid);
  if (task == nullptr) return;
  if (!task->reported && !task->rest) vanished_ += task->charged;
  if (!keep_reported_) tasks_.erase(release.task, *task);
}

void Charging::settle_split(Process& process) {
  if (!options_.split_by_process) return;
  const CpuSplit before = process.split;
  process.split = split_cpu(before, process.own.cpu_ns, process.own.user_ticks_ns, process.own.system_ticks_ns);
  CpuSplit& sum = accounts_[process.group()].by_process;
  sum.user_ns += process.split.user_ns - before.user_ns;
  sum.system_ns += process.split.system_ns - before.system_ns;
}

void Charging::begin_scan(std::uint64_t number, std::uint64_t boottime_ns) {
  scan_ = number;
  scan_began_ns_ = boottime_ns;
  scanning_ = true;
  for (Account& account : accounts_) account.running_ns = 0;
}

void Charging::take_unattributed(const event::UnattributedExits& exits) {
  unattributed_ = unattributed_before_;
  unattributed_.tasks += exits.tasks;
  unattributed_.total += exits.total;
  unattributed_.exits_ok += exits.exits_ok;
  unattributed_.exits_error += exits.exits_error;
  unattributed_.exits_signal += exits.exits_signal;
}

void Charging::change_source(std::uint64_t boottime_ns) {
  changed_source_ns_ = boottime_ns;
  keep_reported_ = false;
  unattributed_before_ = unattributed_;
}

void Charging::end_scan(std::uint64_t boottime_ns, Classifier& classifier, Anomalies& anomalies) {
  scanning_ = false;
  const event::TaskCounters vanishing = settle_tasks(boottime_ns, anomalies);
  settle_unattributed(vanishing, classifier, anomalies);
  settle_accounts();
}

// Sums up the uncharged time of tasks on a CPU: now and not at their sample, since a later record may have charged the time. Drops tasks
// with an exit record, and tasks that no scan has shown for the horizon. Returns what was charged to tasks that are in no scan and have no
// exit record.
event::TaskCounters Charging::settle_tasks(std::uint64_t now_ns, Anomalies& anomalies) {
  event::TaskCounters vanishing;
  tasks_.sweep([&](Task& task) {
    if (task.process && task.process->placement.left_in_scan == scan_) {
      task.slice.share(taker(task.process->placement.left_group, task.process->identity.comm), task.running_until_ns);
    }
    if (task.running_until_ns > task.charged.cpu_ns) {
      const auto run = [this](const OpenSlice::Taker& taker, std::uint64_t ns) { accounts_[taker.group].running_ns += ns; };
      run({.group = task.group()}, task.slice.share_out(task.charged.cpu_ns, task.running_until_ns, run));
    }
    task.running_until_ns = 0;
    if (task.reported) return keep_reported_;  // no later scan samples it
    if (task.scan == scan_) {
      task.missed_scans = 0;
      return true;
    }
    if (++task.missed_scans <= 2) task.missing_since_ns = scan_began_ns_;
    if (task.missed_scans < 2 || now_ns <= task.missing_since_ns + options_.horizon_ns) {
      vanishing += task.charged;
      return true;
    }
    ++anomalies.vanished_tasks;
    if (unattributed_.tasks > 0) vanished_ += task.charged;
    return false;
  });
  return vanishing;
}

// Charges unattributed exit records to one group, less what was charged to their tasks before. The ledger does not know which tasks these
// are, but they are among the tasks that vanished without an exit record. If the record of such a task was only late, the group gets the
// subtracted share when the record comes.
void Charging::settle_unattributed(const event::TaskCounters& vanishing, Classifier& classifier, Anomalies& anomalies) {
  if (unattributed_.tasks == 0) return;
  Account& account = accounts_.open(classifier.unattributed());
  event::TaskCounters known = vanished_;
  known += vanishing;
  const event::TaskCounters more = event::beyond(event::beyond(unattributed_.total, known), account.total);
  account.total += more;
  total_ns_ += more.cpu_ns;
  account.exits = {unattributed_.exits_ok, unattributed_.exits_error, unattributed_.exits_signal};
  anomalies.unattributed_tasks = unattributed_.tasks;
  anomalies.unattributed_cpu_ns = account.total.cpu_ns;
}

void Charging::settle_accounts() {
  std::uint64_t running_ns = 0;
  for (Account& account : accounts_) {
    running_ns += account.running_ns;
    account.shown =
        split_cpu(account.shown, account.total.cpu_ns + account.running_ns, account.total.user_ticks_ns, account.total.system_ticks_ns);
  }
  shown_total_ns_ = std::max(shown_total_ns_, total_ns_ + running_ns);
}

}  // namespace procledger::ledger
