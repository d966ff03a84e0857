// SPDX-License-Identifier: Apache-2.0
// A change of source: processes and tasks that the new source knows by other ids are matched with those of the old one.
#include <algorithm>
#include <optional>
#include <utility>

#include "core/ledger/ledger.hpp"

namespace procledger::ledger {

void Ledger::change_source() {
  give_up_legacy(walk_began_ns_);
  changed_source_ns_ = walk_began_ns_;
  handing_over_ = false;
  for (const ProcessPtr& process : std::exchange(ended_in_handover_, {})) legacy_.take_ended(process);
  legacy_.take(tasks_, processes_);
  unnamed_before_ = unnamed_;  // a new source counts from zero
  freed_in_walk_.clear();
  orphans_.clear();
}

void Ledger::claim(const event::Observation& seen) {
  const auto leaders_birth = seen.leader ? std::optional{seen.task.birth_ns} : std::nullopt;
  const ProcessPtr process = claim(seen.process, leaders_birth, seen.task.birth_ns);
  if (seen.scope == event::Scope::kProcess) return;
  auto old = legacy_.claim(seen);
  if (!old) return;
  if (process && seen.leader) process->leader = seen.task.handle;
  thread_series_.rename(old->id, seen.task);
  tasks_.add(seen.task, std::move(old->task));
}

// The process that this id speaks of from now on, if it was known by another one.
ProcessPtr Ledger::claim(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns) {
  if (ProcessPtr known = processes_.find(id)) return known;
  ProcessPtr process = legacy_.claim(id.tgid, leaders_birth_ns, born_by_ns);
  if (!process) {
    bury_again(id, leaders_birth_ns, born_by_ns);
    return nullptr;
  }
  legacy_.rename(process->id, id);
  const event::TaskId old_series{process->id.handle, process->birth_ns};
  process->id = id;
  // Where only a thread or a child tells of it, its leader's birth has yet to be told: it lies in this tick.
  process->birth_known = leaders_birth_ns.has_value();
  process->birth_ns = leaders_birth_ns.value_or(tick_end(process->birth_ns));
  process->inherited = true;
  if (process->parent) process->parent = legacy_.present(*process->parent).value_or(*process->parent);
  process_series_.rename(old_series, {id.handle, process->birth_ns});
  processes_.adopt(process);
  return process;
}

// Its end was told by the source before. Records of it find its tombstone by the new id.
void Ledger::bury_again(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns) {
  const ProcessPtr process = legacy_.claim_ended(id.tgid, leaders_birth_ns, born_by_ns);
  if (!process) return;
  process->id = id;
  process->birth_ns = leaders_birth_ns.value_or(std::min(process->birth_ns, born_by_ns));
  if (process->parent) process->parent = legacy_.present(*process->parent).value_or(*process->parent);
  if (processes_.bury(process, process->left_ns)) ++anomalies_.tombstones_evicted;
}

// Whoever the new source's first walk did not show has ended while nobody looked.
void Ledger::give_up_legacy(std::uint64_t now_ns) {
  for (const ProcessPtr& process : legacy_.give_up()) {
    if (!process->exit_counted) ++anomalies_.ended_unseen;
    if (process->parent) process->parent = legacy_.present(*process->parent).value_or(*process->parent);
    leave(process, now_ns);
  }
  if (now_ns > changed_source_ns_ + options_.horizon_ns) legacy_.forget();
}

}  // namespace procledger::ledger
