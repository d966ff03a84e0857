// SPDX-License-Identifier: Apache-2.0
// What a dead process leaves, and to whom: the kernel credits the real parent's process when it reaps (kernel/exit.c:wait_task_zombie),
// never a tracer, and no process where the parent does not wait for its children.
#pragma once

#include <optional>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// Credits parents with what their children used. Owns `reaped`, `children` and `estimated` of each account, `children` of each process,
/// and which parent a process has. A followed process keeps its parent known, however long ago that one ended: a child whose free record
/// was lost is left only when scans miss it, a minute after its parent where they list few zombies. The ledger calls it when a record names
/// a parent, when a process is left, and when a late record or an estimate comes. Invariant: each nanosecond of a dead process is in
/// `reaped` of one group once, and in `children` of each of its ancestors once.
class ChildCredit {
 public:
  ChildCredit(AccountTable& accounts, ProcessTable& processes, Classifier& classifier)
      : accounts_{accounts}, processes_{processes}, classifier_{classifier} {}

  /// The parent as of the last record that reported a likely one: a dead task's pointer to it may lead anywhere.
  void take_parent(Process& process, const event::Observation& seen) const;
  /// The parent that a scan shows, which is always the present one.
  void take_listed_parent(Process& process, const std::optional<event::ProcessId>& parent) const;
  void take_parent_of_dead(Process& process, const std::optional<event::ProcessId>& parent) const;

  /// The process is followed no more: its usage, and that of its children, is its parent's.
  void credit_parent(Process& dead);
  /// A thread of a process that was left reported more: it follows along the same way.
  void credit_late(const DeadProcess& dead, const event::Totals& more);
  /// The kernel has credited the reaper, and whoever reaps that one is credited with it.
  void credit_estimate(const event::Estimated& estimated);

 private:
  /// A process that is or was the parent of another.
  struct Ancestor {
    ProcessPtr living{};  ///< null: it is followed no more
    GroupId group{};
    bool autoreaped{};  ///< nobody was credited with it
    event::ProcessId parent{};
    std::uint64_t birth_ns{};
  };

  static Ancestor ancestor(const Process& dead);
  [[nodiscard]] std::optional<Ancestor> find(event::ProcessId parent, std::uint64_t childs_birth_ns) const;
  void link(Process& process) const;
  Account& credit(std::optional<Ancestor> parent, const Estate* estate);

  AccountTable& accounts_;
  ProcessTable& processes_;
  Classifier& classifier_;
};

}  // namespace procledger::ledger
