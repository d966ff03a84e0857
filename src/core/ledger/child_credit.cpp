// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/child_credit.hpp"

#include <utility>

namespace procledger::ledger {
namespace {

// Longer than any chain of processes that exited within the horizon. Only reused handles can form a ring.
constexpr int kLongestChain = 256;

}  // namespace

// A parent starts before its child, also after reparenting: to an ancestor, or to the first process of the namespace. A younger process
// with the parent's handle has reused the address of the real parent.
ProcessPtr ChildCredit::living_parent(event::ProcessId parent, std::uint64_t child_start_ns) const {
  ProcessPtr process = processes_.find(parent);
  if (process && process->start_boottime_ns <= child_start_ns) return process;
  return nullptr;
}

std::optional<ChildCredit::Ancestor> ChildCredit::find(event::ProcessId parent, std::uint64_t child_start_ns) const {
  if (ProcessPtr process = living_parent(parent, child_start_ns)) {
    const GroupId group = process->group();
    return Ancestor{.living = std::move(process), .group = group};
  }
  const RetiredProcess* dead = processes_.find_retired(parent, child_start_ns);
  if (dead == nullptr) return std::nullopt;
  return Ancestor{.group = dead->group,
                  .autoreaped = dead->autoreaped != 0,
                  .parent = {.handle = dead->parent_handle, .tgid = dead->parent_tgid},
                  .start_boottime_ns = dead->start_boottime_ns};
}

ChildCredit::Ancestor ChildCredit::ancestor(const Process& dead) {
  return {.group = dead.group(),
          .autoreaped = dead.end.autoreaped(),
          .parent = dead.identity.parent.value_or(event::ProcessId{}),
          .start_boottime_ns = dead.start_boottime_ns};
}

// Records of a process and of its parent come in any order.
void ChildCredit::link(Process& process) const {
  if (process.identity.parent) process.parent = living_parent(*process.identity.parent, process.start_boottime_ns);
}

void ChildCredit::take_parent(Process& process, const event::Observation& seen) const {
  if (seen.exited) {
    take_parent_at_exit(process, seen.parent);
  } else {
    take_listed_parent(process, seen.parent);
  }
}

void ChildCredit::take_listed_parent(Process& process, const std::optional<event::ProcessId>& parent) const {
  if (!parent || (process.parent && process.identity.parent == parent)) return;
  process.identity.parent = parent;
  link(process);
}

void ChildCredit::take_parent_at_exit(Process& process, const std::optional<event::ProcessId>& parent) const {
  const bool likely = parent && (!process.identity.parent || process.identity.parent == parent || find(*parent, process.start_boottime_ns));
  if (likely) take_listed_parent(process, parent);
}

// Returns the account of the first credited process. If `usage` is not null, the process is credited with it. If that process has exited
// already, its own parent is credited as well, and so on up the chain.
Account& ChildCredit::credit(std::optional<Ancestor> parent, const ChildUsage* usage) {
  Account& first = parent ? accounts_[parent->group] : accounts_.open(classifier_.unattributed());
  for (int length = 0; usage != nullptr && parent && length < kLongestChain; ++length) {
    accounts_[parent->group].children += *usage;
    if (parent->living) {
      parent->living->children += *usage;
      break;
    }
    if (parent->autoreaped) break;
    parent = find(parent->parent, parent->start_boottime_ns);
  }
  return first;
}

void ChildCredit::credit_parent(Process& dead) {
  const auto how = dead.end.autoreaped() ? Reaping::kAutoreaped : Reaping::kWaited;
  const ChildUsage own = child_usage_of(dead.own);
  ChildUsage whole = own;
  whole += dead.children;
  const bool parent_ended = dead.parent && dead.parent->gone();
  Account& credited =
      credit(parent_ended ? ancestor(*dead.parent) : find(dead.identity.parent.value_or(event::ProcessId{}), dead.start_boottime_ns),
             dead.end.autoreaped() ? nullptr : &whole);
  dead.parent = nullptr;  // otherwise a chain of exited processes would stay in memory
  Reaped& reaped = credited.reaped[static_cast<std::size_t>(how)];
  if (dead.start_known) ++reaped.processes;  // else a late thread of a process that was gone before attach
  reaped.own += own;
}

void ChildCredit::credit_late(const RetiredProcess& dead, const event::TaskCounters& own) {
  if (own == event::TaskCounters{}) return;
  const ChildUsage usage = child_usage_of(own);
  const bool autoreaped = dead.autoreaped != 0;
  Account& credited =
      credit(find({.handle = dead.parent_handle, .tgid = dead.parent_tgid}, dead.start_boottime_ns), autoreaped ? nullptr : &usage);
  credited.reaped[static_cast<std::size_t>(autoreaped ? Reaping::kAutoreaped : Reaping::kWaited)].own += usage;
}

void ChildCredit::credit_estimate(const event::Estimated& estimated) {
  CpuSplit& sum = credit(find(estimated.process, estimated.start_boottime_ns), nullptr).estimated;
  sum.user_ns += estimated.user_ns;
  sum.system_ns += estimated.system_ns;
  const CpuSplit cpu{.user_ns = estimated.user_ns, .system_ns = estimated.system_ns};
  const ChildUsage usage{.total = {.cpu_ns = cpu.user_ns + cpu.system_ns}, .cpu = cpu};
  credit(find(estimated.reaper, estimated.reaper_start_ns), &usage);
}

}  // namespace procledger::ledger
