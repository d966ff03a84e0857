// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/child_credit.hpp"

namespace procledger::ledger {
namespace {

// Longer than any chain of processes that died within the horizon, unless reused handles made a ring of it.
constexpr int kLongestChain = 256;

}  // namespace

// A parent is older than its child, also where the child was given to another: an ancestor, or the first process of its namespace. What
// claims to be a parent and is younger has the address of one that is gone.
bool ChildCredit::knows(event::ProcessId parent, std::uint64_t childs_birth_ns) const {
  const ProcessPtr process = processes_.find(parent);
  return (process && process->birth_ns <= childs_birth_ns) || processes_.find_dead(parent, childs_birth_ns) != nullptr;
}

void ChildCredit::take_parent(Process& process, const event::Observation& seen) const {
  if (seen.died) {
    take_parent_of_dead(process, seen.parent);
  } else if (seen.parent) {
    process.identity.parent = seen.parent;
  }
}

void ChildCredit::take_parent_of_dead(Process& process, const std::optional<event::ProcessId>& parent) const {
  if (parent && process.identity.parent != parent && (!process.identity.parent || knows(*parent, process.birth_ns)))
    process.identity.parent = parent;
}

// The account of the process that is credited first. If there is an `estate`, that process inherits it, and so does in turn whoever was
// credited with that process, where it is dead already.
Account& ChildCredit::credit(event::ProcessId parent, std::uint64_t childs_birth_ns, const Estate* estate) {
  Account* first = nullptr;
  for (int length = 0; length < kLongestChain; ++length) {
    const ProcessPtr process = processes_.find(parent);
    const bool alive = process && process->birth_ns <= childs_birth_ns;
    const DeadProcess* dead = alive ? nullptr : processes_.find_dead(parent, childs_birth_ns);
    Account* heir = alive ? &accounts_[process->group()] : dead != nullptr ? &accounts_[dead->group] : nullptr;
    if (first == nullptr) first = heir != nullptr ? heir : &accounts_.open(classifier_.unattributed());
    if (estate == nullptr || heir == nullptr) break;
    heir->children += *estate;
    if (alive) process->children += *estate;
    if (alive || dead->autoreaped != 0) break;
    parent = {.handle = dead->parent_handle, .tgid = dead->parent_tgid};
    childs_birth_ns = dead->birth_ns;
  }
  return *first;
}

void ChildCredit::credit_parent(const Process& dead) {
  const auto how = dead.end.autoreaped() ? Reaping::kAutoreaped : Reaping::kWaited;
  const Estate own = estate_of(dead.own);
  Estate whole = own;
  whole += dead.children;
  Account& heir = credit(dead.identity.parent.value_or(event::ProcessId{}), dead.birth_ns, dead.end.autoreaped() ? nullptr : &whole);
  Reaped& reaped = heir.reaped[static_cast<std::size_t>(how)];
  if (dead.birth_known) ++reaped.processes;  // else a straggler thread of one that was gone before we came
  reaped.own += own;
}

void ChildCredit::credit_late(const DeadProcess& dead, const event::Totals& own) {
  if (own == event::Totals{}) return;
  const Estate estate = estate_of(own);
  const bool autoreaped = dead.autoreaped != 0;
  Account& heir = credit({.handle = dead.parent_handle, .tgid = dead.parent_tgid}, dead.birth_ns, autoreaped ? nullptr : &estate);
  heir.reaped[static_cast<std::size_t>(autoreaped ? Reaping::kAutoreaped : Reaping::kWaited)].own += estate;
}

void ChildCredit::credit_estimate(const event::Estimated& estimated) {
  CpuSplit& sum = credit(estimated.process, estimated.birth_ns, nullptr).estimated;
  sum.user_ns += estimated.user_ns;
  sum.system_ns += estimated.system_ns;
  const CpuSplit cpu{.user_ns = estimated.user_ns, .system_ns = estimated.system_ns};
  const Estate estate{.total = {.cpu_ns = cpu.user_ns + cpu.system_ns}, .cpu = cpu};
  credit(estimated.reaper, estimated.reaper_birth_ns, &estate);
}

}  // namespace procledger::ledger
