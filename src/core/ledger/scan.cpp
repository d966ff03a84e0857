// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/scan.hpp"

#include <algorithm>

namespace procledger::ledger {

void Scan::begin(std::uint64_t boottime_ns, event::Zombies zombies, bool groups_change) {
  ++number_;
  groups_change_ = groups_change || first();
  uncounted_threads_.clear();
  zombies_ = zombies;
  began_ns_ = boottime_ns;
  threads_before_leader_.clear();
  usages_.clear();
  released_.clear();
  user_states_.clear();
  accounts_.thread_names().begin_scan();
  for (Account& account : accounts_) {
    account.processes = 0;
    account.threads = 0;
    account.zombies = 0;
    account.zombie_cpu_ns = 0;
    account.unreaped = 0;
    account.thread_states = {};
    account.holdings = {};
    account.oldest_start_ns.reset();
  }
}

void Scan::note_release(const event::TaskRelease& release) { released_.emplace(release.task.handle, release); }

// The source may have read a thread before exec gave it the earlier start time of its leader. If a thread got the address of its exited
// leader and then by exec the leader's start time, too, the result may be wrongly true; the next scan shows the thread again.
bool Scan::released_already(const event::Observation& seen) const {
  if (released_.empty()) return false;
  const auto [first, last] = released_.equal_range(seen.task.handle);
  if (first == last) return false;
  const bool owned = charging_.tasks().owns(seen);
  return std::any_of(first, last, [&](const auto& each) {
    const event::TaskRelease& release = each.second;
    if (release.task.start_boottime_ns == seen.task.start_boottime_ns) return true;
    return !owned && release.process == seen.process && seen.task.start_boottime_ns > release.task.start_boottime_ns &&
           seen.task.start_boottime_ns <= release.time_ns;
  });
}

bool Scan::released_already(const event::Zombie& seen) const {
  const auto [first, last] = released_.equal_range(seen.task.handle);
  return std::any_of(first, last, [&](const auto& release) { return release.second.task == seen.task; });
}

void Scan::meet(Process& process) const {
  LastScan& scan = process.scan;
  scan.missed = 0;
  if (scan.number == number_) return;
  scan.number = number_;
  scan.threads = 0;
  scan.memory.reset();
  scan.files.reset();
  scan.leader_state = process.end.leader_exited() ? event::State::kZombie : event::State::kOther;
}

void Scan::note_sample(Process& process, const event::Observation& seen) {
  meet(process);
  LastScan& scan = process.scan;
  if (seen.state != event::State::kZombie) {
    ++scan.threads;
    if (!seen.leader) scan.thread_state = seen.state;
  }
  if (!seen.leader) return;
  scan.leader_state = seen.state;
  if (seen.exited) {
    process.end.note_zombie_leader();
  } else if (process.identity.leader != seen.task.handle) {
    process.end.note_living_leader();  // exec made this task the leader
  }
}

// A later release record still ends the zombie.
void Scan::note_zombie(Process& process, const event::Zombie& seen) const {
  meet(process);
  if (!seen.leader) return;
  process.scan.leader_state = event::State::kZombie;
  process.end.note_zombie_leader();
}

// Usage since the last scan counts for the new user: a daemon changes its user once, at its start.
bool Scan::shows_other_user(const Process& process, const event::Observation& seen) const {
  return seen.leader && process.identity.uid != seen.uid && process.identity.changed_ns < began_ns_ &&
         process.start_boottime_ns < began_ns_;
}

bool Scan::shows_lost_change(const Process& process, const event::Observation& seen) const {
  const Identity& identity = process.identity;
  if (!seen.leader || identity.changed_ns >= began_ns_ || process.start_boottime_ns >= began_ns_) return false;
  return identity.comm != seen.comm || identity.kernel_thread != seen.kernel_thread ||
         (seen.cgroup_id && identity.cgroup_id != seen.cgroup_id);
}

void Scan::see_thread(const ProcessPtr& process, const event::Observation& seen) {
  if (seen.state == event::State::kZombie) return;
  if (groups_change_) {
    uncounted_threads_.emplace_back(process, seen);
  } else {
    count_thread(process, seen);
  }
}

void Scan::count_threads_of_new_groups() {
  for (const auto& [process, seen] : std::exchange(uncounted_threads_, {})) count_thread(process, seen);
}

void Scan::count_thread(const ProcessPtr& process, const event::Observation& seen) {
  ++accounts_[process->group()].thread_states[static_cast<std::size_t>(seen.state)];
  const Series series = accounts_[process->group()].series;
  if (series.thread_names) accounts_.thread_names().meet(process->group(), seen.comm);
  if (!series.threads && !process->placement.own_threads) return;
  const SeriesName name{.group = process->group(),
                        .generation = process->placement.generation,
                        .pid = process->id.tgid,
                        .ppid = process->identity.parent.value_or(event::ProcessId{}).tgid,
                        .tid = seen.tid,
                        .process = process->identity.comm,
                        .thread = seen.comm};
  thread_series_.see(seen.task, name, process, seen.total, number_);
}

void Scan::settle_process_usage() {
  for (const event::ProcessUsage& holding : usages_) {
    const ProcessPtr process = processes_.find(holding.process);
    if (!process || process->scan.number != number_ || process->start_boottime_ns != holding.start_boottime_ns) continue;
    process->scan.memory = holding.memory;
    process->scan.files = holding.files;
    accounts_[process->group()].hold(holding);
  }
}

void Scan::count_zombie(const Process& zombie) {
  Account& account = accounts_[zombie.group()];
  ++account.zombies;
  ++account.thread_states[static_cast<std::size_t>(event::State::kZombie)];
  account.zombie_cpu_ns += zombie.own.cpu_ns + zombie.children.total.cpu_ns;
  const ProcessPtr parent = zombie.identity.parent ? processes_.find(*zombie.identity.parent) : nullptr;
  if (parent && parent->start_boottime_ns <= zombie.start_boottime_ns) ++accounts_[parent->group()].unreaped;
}

void Scan::count(const ProcessPtr& process) {
  const event::State state = process->state();
  ++user_states_[{process->identity.uid, state}];
  if (state == event::State::kZombie) return count_zombie(*process);
  Account& account = accounts_[process->group()];
  ++account.processes;
  account.threads += process->scan.threads;
  account.oldest_start_ns = std::min(account.oldest_start_ns.value_or(process->start_boottime_ns), process->start_boottime_ns);
  if (!account.series.processes) return;
  const SeriesName name{
      .group = process->group(), .generation = process->placement.generation, .pid = process->id.tgid, .process = process->identity.comm};
  process_series_.see({process->id.handle, process->start_boottime_ns}, name, process, process->own, number_);
}

std::vector<ProcessPtr> Scan::settle(std::uint64_t now_ns) {
  settle_process_usage();
  std::vector<ProcessPtr> vanished;
  for (const auto& [handle, process] : processes_) {
    LastScan& scan = process->scan;
    // If a scan that lists zombies does not show a zombie, the process was reaped and its release record is late or lost. A later scan
    // without a list must not count the zombie again.
    const bool listed = zombies_ == event::Zombies::kListed && process->end.time_ns() < began_ns_;
    if (process->end.leader_exited() && !listed && scan.missed == 0) meet(*process);
    charging_.settle_split(*process);
    if (scan.number == number_) {
      count(process);
      continue;
    }
    if (++scan.missed <= 2) scan.missing_since_ns = began_ns_;
    if (scan.missed >= 2 && now_ns > scan.missing_since_ns + options_.horizon_ns) vanished.push_back(process);
  }
  return vanished;
}

void Scan::end() {
  accounts_.thread_names().end_scan();
  thread_series_.end_scan(number_);
  process_series_.end_scan(number_);
}

void Scan::forget_pending() {
  released_.clear();
  threads_before_leader_.clear();
}

}  // namespace procledger::ledger
