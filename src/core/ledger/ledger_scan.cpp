// SPDX-License-Identifier: Apache-2.0
// What happens once per collection: samples of the living, gauges, and settling what went missing.
#include <algorithm>
#include <utility>

#include "core/ledger/ledger.hpp"

namespace procledger::ledger {

void Ledger::begin_walk(std::uint64_t boottime_ns, event::Zombies zombies) {
  ++walk_;
  walking_ = true;
  zombies_ = zombies;
  walk_began_ns_ = boottime_ns;
  orphans_.clear();
  holdings_.clear();
  freed_in_walk_.clear();
  user_states_.clear();
  thread_names_.begin_walk();
  for (Account& account : accounts_) {
    account.running_ns = 0;
    account.processes = 0;
    account.threads = 0;
    account.zombies = 0;
    account.zombie_cpu_ns = 0;
    account.unreaped = 0;
    account.thread_states = {};
    account.holdings = {};
    account.oldest_birth_ns.reset();
  }
}

void Ledger::on_sample(const event::Observation& seen) {
  if (freed_already(seen) || (handing_over_ && seen.scope == event::Scope::kProcess)) return;
  if (!legacy_.empty() && seen.leader) claim(seen);
  if (!seen.leader && tasks_.known_process(seen) == nullptr && processes_.find(seen).process == nullptr) {
    orphans_.push_back(seen);  // its leader names the process better
  } else {
    sample(seen);
  }
}

// Of a task that has died only its process is news: it is a zombie still.
void Ledger::sample(const event::Observation& seen) {
  Owner owner = owner_of(seen);
  if (owner.process && shows_other_user(*owner.process, seen)) {
    regroup(*owner.process, seen, walk_began_ns_);
    owner.group = owner.process->group;
  }
  if (!seen.died) {
    Task& task = charge(seen, owner);
    task.walk = walk_;
    task.running_until_ns = seen.total.cpu_ns + seen.pending_ns;
  }
  if (!owner.process || seen.scope == event::Scope::kProcess) return;  // no thread of it
  note_walk(*owner.process, seen);
  see_series(owner.process, seen);
}

// No hook tells of it. What was used since the look before counts for the new one: a daemon changes its user once, when it begins.
bool Ledger::shows_other_user(const Process& process, const event::Observation& seen) const {
  return seen.leader && process.uid != seen.uid && process.changed_ns < walk_began_ns_ && process.birth_ns < walk_began_ns_;
}

void Ledger::see_series(const ProcessPtr& process, const event::Observation& seen) {
  const Series series = accounts_[process->group].series;
  if (seen.state == event::State::kZombie) return;
  if (series.thread_names) thread_names_.meet(process->group, seen.comm);
  if (!series.threads && !process->own_threads) return;
  const SeriesName name{.group = process->group,
                        .generation = process->generation,
                        .pid = process->id.tgid,
                        .ppid = process->parent.value_or(event::ProcessId{}).tgid,
                        .tid = seen.tid,
                        .process = process->comm,
                        .thread = seen.comm};
  thread_series_.see(seen.task, name, process, seen.total, walk_);
}

// A free record that was read after it says that it is gone. Of a process that nobody told of nothing is known, not even its name.
void Ledger::on_zombie(const event::Zombie& seen) {
  const auto [first, last] = freed_in_walk_.equal_range(seen.task.handle);
  if (std::any_of(first, last, [&](const auto& freed) { return freed.second.task == seen.task; })) return;
  if (!legacy_.empty() && seen.leader) claim(seen.process, seen.task.birth_ns, seen.task.birth_ns);
  const ProcessPtr process = processes_.find(seen.process);
  if (!process || process->birth_ns > seen.task.birth_ns) return;
  meet(*process);
  // Its numbers may have come without a name, so it goes on being counted with the tasks that no walk samples; but it has not vanished.
  tasks_.note_listed(seen.task);
  if (!seen.leader) return;
  process->leader_state = event::State::kZombie;
  process->leader_dead = true;
  if (seen.parent) process->parent = seen.parent;
}

void Ledger::meet(Process& process) const {
  process.missed_walks = 0;
  if (process.walk == walk_) return;
  process.walk = walk_;
  process.threads = 0;
  process.memory.reset();
  process.files.reset();
  process.leader_state = process.leader_dead ? event::State::kZombie : event::State::kOther;
}

void Ledger::note_walk(Process& process, const event::Observation& seen) {
  meet(process);
  if (seen.state != event::State::kZombie) {
    ++process.threads;
    ++accounts_[process.group].thread_states[static_cast<std::size_t>(seen.state)];
    if (!seen.leader) process.thread_state = seen.state;
  }
  if (!seen.leader) return;
  process.leader_state = seen.state;
  process.leader_dead = seen.died || (process.leader_dead && process.leader == seen.task.handle);  // else exec made another one
  if (seen.parent) process.parent = seen.parent;
  // A change whose event was lost shows here. A sample older than the last known change shows nothing.
  if (process.changed_ns >= walk_began_ns_ || process.birth_ns >= walk_began_ns_) return;
  process.leader = seen.task.handle;
  const bool differs =
      process.comm != seen.comm || process.kernel_thread != seen.kernel_thread || (seen.cgroup_id && process.cgroup_id != seen.cgroup_id);
  if (differs) regroup(process, seen, walk_began_ns_);
}

void Ledger::end_walk(std::uint64_t boottime_ns) {
  for (const event::Observation& seen : orphans_) sample(seen);
  walking_ = false;
  orphans_.clear();
  if (!legacy_.empty()) give_up_legacy(boottime_ns);
  if (std::exchange(decide_again_, false)) {
    decide_all();
  } else if (walk_ == 1) {
    settle_heritages();
  }
  settle_holdings();
  settle_processes(boottime_ns);
  settle_unnamed(settle_tasks(boottime_ns));
  settle_accounts();
  thread_names_.end_walk();
  thread_series_.end_walk(walk_);
  process_series_.end_walk(walk_);
  const std::uint64_t forget = boottime_ns > options_.horizon_ns ? boottime_ns - options_.horizon_ns : 0;
  processes_.forget_dead_before(forget);
}

void Ledger::on_holding(const event::Holding& holding) { holdings_.push_back(holding); }

void Ledger::settle_holdings() {
  for (const event::Holding& holding : holdings_) {
    const ProcessPtr process = processes_.find(holding.process);
    if (!process || process->walk != walk_ || process->birth_ns != holding.birth_ns) continue;
    process->memory = holding.memory;
    process->files = holding.files;
    accounts_[process->group].hold(holding);
  }
}

void Ledger::note_unreaped(const Process& zombie) {
  const ProcessPtr parent = zombie.parent ? processes_.find(*zombie.parent) : nullptr;
  if (parent && parent->birth_ns <= zombie.birth_ns) ++accounts_[parent->group].unreaped;
}

// Gauges; and processes whose end was missed altogether.
void Ledger::settle_processes(std::uint64_t now_ns) {
  std::vector<ProcessPtr> vanished;
  for (const auto& [handle, process] : processes_) {
    // One that a list did not show was reaped, and its free record is under way or will never come: no walk without a list brings it back.
    const bool listed = zombies_ == event::Zombies::kListed && process->death_ns < walk_began_ns_;
    if (process->leader_dead && !listed && process->missed_walks == 0) meet(*process);
    settle_split(*process);
    if (process->walk == walk_) {
      const event::State state = process->state();
      ++user_states_[{process->uid, state}];
      Account& account = accounts_[process->group];
      if (state == event::State::kZombie) {
        ++account.zombies;
        ++account.thread_states[static_cast<std::size_t>(state)];
        account.zombie_cpu_ns += process->own.cpu_ns + process->children.total.cpu_ns;
        note_unreaped(*process);
        continue;
      }
      ++account.processes;
      if (account.series.processes) {
        const SeriesName name{
            .group = process->group, .generation = process->generation, .pid = process->id.tgid, .process = process->comm};
        process_series_.see({handle, process->birth_ns}, name, process, process->own, walk_);
      }
      account.threads += process->threads;
      account.oldest_birth_ns = std::min(account.oldest_birth_ns.value_or(process->birth_ns), process->birth_ns);
      continue;
    }
    if (++process->missed_walks <= 2) process->missing_since_ns = walk_began_ns_;
    if (process->missed_walks >= 2 && now_ns > process->missing_since_ns + options_.horizon_ns) vanished.push_back(process);
  }
  for (const ProcessPtr& process : vanished) leave(process, now_ns);
}

// Adds up what tasks on a CPU had run beyond what was charged: now and not at their sample, since a record that was read later may have
// charged it. Drops tasks whose final numbers were told, and those that have been in no walk for the horizon. Returns what was charged to
// those that are in no walk, and of which nobody told.
event::Totals Ledger::settle_tasks(std::uint64_t now_ns) {
  event::Totals vanishing;
  tasks_.sweep([&](Task& task) {
    if (task.process && task.process->left_in_walk == walk_) {
      task.slice.share(taker(task.process->left_group, task.process->comm), task.running_until_ns);
    }
    if (task.running_until_ns > task.charged.cpu_ns) {
      const auto run = [this](const OpenSlice::Taker& taker, std::uint64_t ns) { accounts_[taker.group].running_ns += ns; };
      run({.group = task.group()}, task.slice.share_out(task.charged.cpu_ns, task.running_until_ns, run));
    }
    task.running_until_ns = 0;
    if (task.told) return handing_over_;  // no later walk samples it
    if (task.walk == walk_) {
      task.missed_walks = 0;
      return true;
    }
    if (++task.missed_walks <= 2) task.missing_since_ns = walk_began_ns_;
    if (task.missed_walks < 2 || now_ns <= task.missing_since_ns + options_.horizon_ns) {
      vanishing += task.charged;
      return true;
    }
    ++anomalies_.vanished_tasks;
    if (unnamed_.tasks > 0) vanished_ += task.charged;
    return false;
  });
  return vanishing;
}

// Finals without names go to one group, less what was charged to their tasks while they had names. Which tasks these are is not known, but
// they are among those that vanished without final numbers; one that was only late gives its share back when its numbers come.
void Ledger::settle_unnamed(const event::Totals& vanishing) {
  if (unnamed_.tasks == 0) return;
  Account& account = this->account(classifier_.unattributed());
  event::Totals known = vanished_;
  known += vanishing;
  const event::Totals more = event::beyond(event::beyond(unnamed_.total, known), account.total);
  account.total += more;
  total_ns_ += more.cpu_ns;
  account.exits = {unnamed_.exits_ok, unnamed_.exits_error, unnamed_.exits_signal};
  anomalies_.unnamed_tasks = unnamed_.tasks;
  anomalies_.unnamed_cpu_ns = account.total.cpu_ns;
}

void Ledger::settle_accounts() {
  std::uint64_t running_ns = 0;
  for (Account& account : accounts_) {
    running_ns += account.running_ns;
    account.shown =
        split_cpu(account.shown, account.total.cpu_ns + account.running_ns, account.total.user_ticks_ns, account.total.system_ticks_ns);
  }
  shown_total_ns_ = std::max(shown_total_ns_, total_ns_ + running_ns);
}

void Ledger::on_unnamed(const event::Unnamed& unnamed) {
  unnamed_ = unnamed_before_;
  unnamed_.tasks += unnamed.tasks;
  unnamed_.total += unnamed.total;
  unnamed_.exits_ok += unnamed.exits_ok;
  unnamed_.exits_error += unnamed.exits_error;
  unnamed_.exits_signal += unnamed.exits_signal;
}

}  // namespace procledger::ledger
