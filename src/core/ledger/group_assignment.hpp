// SPDX-License-Identifier: Apache-2.0
// Which group a process belongs to: when that is asked, what is reported for it, and what becomes of the answer.
#pragma once

#include <cstdint>
#include <optional>

#include "core/ledger/account_table.hpp"
#include "core/ledger/charging.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// Assigns processes to groups. Owns `members` of each account and the placement of each process. The ledger calls it when a process
/// appears, changes its name, cgroup, user or program, or is left, and when the rules have changed. Invariant: `members` of all accounts is
/// the number of processes that are followed, and what a process used stays with the group that it had at the time.
class GroupAssignment {
 public:
  GroupAssignment(Classifier& classifier, AccountTable& accounts, ProcessTable& processes, Charging& charging)
      : classifier_{classifier}, accounts_{accounts}, processes_{processes}, charging_{charging} {}

  /// A process is followed from now on.
  void join(Process& process) { place(process, decide(process)); }
  /// What rules ask for has changed.
  void move(Process& process);
  /// A process is followed no more.
  void leave(Process& process);

  /// The group of a living process that a rule claimed, for what it starts.
  [[nodiscard]] std::optional<Membership> claimed_group(event::ProcessId id, std::uint64_t childs_birth_ns) const;

  /// Asks again for every process, creators first, so that what they started can inherit.
  void reclassify_all(std::uint64_t scan);
  /// The first scan may meet a process before the one that started it.
  void settle_inheritance(std::uint64_t scan);

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("reclassification", self.round_);
  }

 private:
  [[nodiscard]] Decision decide(const Process& process);
  void place(Process& process, const Decision& decision);
  void move_to(Process& process, const Decision& decision);
  void reclassify(Process& process, std::uint64_t scan);

  Classifier& classifier_;
  AccountTable& accounts_;
  ProcessTable& processes_;
  Charging& charging_;
  std::uint64_t round_{};  ///< of reclassification
};

}  // namespace procledger::ledger
