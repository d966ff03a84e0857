// SPDX-License-Identifier: Apache-2.0
// Child usage and the process that it is credited to. The kernel credits the process of the real parent at reaping
// (kernel/exit.c:wait_task_zombie), never a tracer, and no process where the parent does not wait for its children.
#pragma once

#include <optional>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// Credits parents with the usage of their children. Owns `reaped`, `children` and `estimated` of each account, `children` of each process,
/// and the parent of each process. A followed process keeps its parent known, however long ago the parent exited: a child whose release
/// record was lost is retired only when scans miss it, a minute after its parent where scans list few zombies. The ledger calls it when a
/// record names a parent, when a process is retired, and when a late record or an estimate comes. Invariant: each nanosecond of an exited
/// process is in `reaped` of one group once, and in `children` of each of its ancestors once.
class ChildCredit {
 public:
  ChildCredit(AccountTable& accounts, ProcessTable& processes, Classifier& classifier)
      : accounts_{accounts}, processes_{processes}, classifier_{classifier} {}

  /// Takes the parent from a record if it is plausible: the parent pointer of an exited task may dangle.
  void take_parent(Process& process, const event::Observation& seen) const;
  /// Takes the parent that a scan shows, which is always the present one.
  void take_listed_parent(Process& process, const std::optional<event::ProcessId>& parent) const;
  void take_parent_at_exit(Process& process, const std::optional<event::ProcessId>& parent) const;

  /// Credits the parent with the usage of `dead` and of its children. The process is no longer followed.
  void credit_parent(Process& dead);
  /// Credits the same parent with `own`, the usage that a thread of a retired process reported late.
  void credit_late(const RetiredProcess& dead, const event::TaskCounters& own);
  /// Credits the reaper with an estimate, as the kernel did. The parent of the reaper gets it with the reaper's child usage.
  void credit_estimate(const event::Estimated& estimated);

 private:
  /// A process that is or was the parent of another process.
  struct Ancestor {
    ProcessPtr living{};  ///< null: the process is no longer followed
    GroupId group{};
    bool autoreaped{};  ///< no process was credited with it
    event::ProcessId parent{};
    std::uint64_t start_boottime_ns{};
  };

  static Ancestor ancestor(const Process& dead);
  [[nodiscard]] ProcessPtr living_parent(event::ProcessId parent, std::uint64_t child_start_ns) const;
  [[nodiscard]] std::optional<Ancestor> find(event::ProcessId parent, std::uint64_t child_start_ns) const;
  void link(Process& process) const;
  Account& credit(std::optional<Ancestor> parent, const ChildUsage* usage);

  AccountTable& accounts_;
  ProcessTable& processes_;
  Classifier& classifier_;
};

}  // namespace procledger::ledger
