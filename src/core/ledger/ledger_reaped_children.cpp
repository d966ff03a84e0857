// SPDX-License-Identifier: Apache-2.0
// What a dead process leaves, and to whom: the kernel credits the real parent's process when it reaps (kernel/exit.c:wait_task_zombie),
// never a tracer, and nobody where the parent does not want to know of its children. Our hand-over is the end of following a process, which
// is its leader's free record; records of its threads that come later follow along the same way.
#include "core/ledger/ledger.hpp"

namespace procledger::ledger {
namespace {

// Longer than any chain of processes that died within the horizon, unless reused handles made a ring of it.
constexpr int kLongestChain = 256;

}  // namespace

// A parent is older than its child, also where the child was given to another: an ancestor, or the first process of its namespace. What
// claims to be a parent and is younger has the address of one that is gone.
bool Ledger::knows(event::ProcessId parent, std::uint64_t childs_birth_ns) const {
  const ProcessPtr process = processes_.find(parent);
  return (process && process->birth_ns <= childs_birth_ns) || processes_.find_dead(parent, childs_birth_ns) != nullptr;
}

// The parent as of the last look that told a likely one: a dead task's pointer to it may lead anywhere.
void Ledger::take_parent(Process& process, const event::Observation& seen) {
  if (seen.died) {
    take_parent_of_dead(process, seen.parent);
  } else if (seen.parent) {
    process.parent = seen.parent;
  }
}

void Ledger::take_parent_of_dead(Process& process, const std::optional<event::ProcessId>& parent) {
  if (parent && process.parent != parent && (!process.parent || knows(*parent, process.birth_ns))) process.parent = parent;
}

// The account of the process that is credited first. If there is an `estate`, that process inherits it, and so does in turn whoever was
// credited with that process, where it is dead already.
Account& Ledger::credit(event::ProcessId parent, std::uint64_t childs_birth_ns, const Estate* estate) {
  Account* first = nullptr;
  for (int length = 0; length < kLongestChain; ++length) {
    const ProcessPtr process = processes_.find(parent);
    const bool alive = process && process->birth_ns <= childs_birth_ns;
    const DeadProcess* dead = alive ? nullptr : processes_.find_dead(parent, childs_birth_ns);
    Account* heir = alive ? &accounts_[process->group] : dead != nullptr ? &accounts_[dead->group] : nullptr;
    if (first == nullptr) first = heir != nullptr ? heir : &account(classifier_.unattributed());
    if (estate == nullptr || heir == nullptr) break;
    heir->children += *estate;
    if (alive) process->children += *estate;
    if (alive || dead->autoreaped != 0) break;
    parent = {.handle = dead->parent_handle, .tgid = dead->parent_tgid};
    childs_birth_ns = dead->birth_ns;
  }
  return *first;
}

void Ledger::hand_over(const Process& dead) {
  const auto how = dead.autoreaped ? Reaping::kAutoreaped : Reaping::kWaited;
  const Estate own = estate_of(dead.own);
  Estate whole = own;
  whole += dead.children;
  Account& heir = credit(dead.parent.value_or(event::ProcessId{}), dead.birth_ns, dead.autoreaped ? nullptr : &whole);
  Reaped& reaped = heir.reaped[static_cast<std::size_t>(how)];
  if (dead.birth_known) ++reaped.processes;  // else a straggler thread of one that was gone before we came
  reaped.own += own;
}

void Ledger::hand_over_late(const DeadProcess& dead, const event::Totals& own) {
  if (own == event::Totals{}) return;
  const Estate estate = estate_of(own);
  const bool autoreaped = dead.autoreaped != 0;
  Account& heir = credit({.handle = dead.parent_handle, .tgid = dead.parent_tgid}, dead.birth_ns, autoreaped ? nullptr : &estate);
  heir.reaped[static_cast<std::size_t>(autoreaped ? Reaping::kAutoreaped : Reaping::kWaited)].own += estate;
}

// The kernel has credited the reaper, and whoever reaps that one will be credited with it.
void Ledger::on_estimated(const event::Estimated& estimated) {
  if (handing_over_) return;
  const std::uint64_t cpu_ns = estimated.user_ns + estimated.system_ns;
  total_ns_ += cpu_ns;
  CpuSplit& sum = credit(estimated.process, estimated.birth_ns, nullptr).estimated;
  sum.user_ns += estimated.user_ns;
  sum.system_ns += estimated.system_ns;
  const Estate estate{.total = {.cpu_ns = cpu_ns}, .cpu = {.user_ns = estimated.user_ns, .system_ns = estimated.system_ns}};
  credit(estimated.reaper, estimated.reaper_birth_ns, &estate);
}

}  // namespace procledger::ledger
