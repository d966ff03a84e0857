// SPDX-License-Identifier: Apache-2.0
// Assigns processes to groups: when to classify, which facts the classifier gets, and how its decision is applied.
#pragma once

#include <cstdint>
#include <optional>

#include "core/ledger/account_table.hpp"
#include "core/ledger/charging.hpp"
#include "core/ledger/process_table.hpp"

namespace procledger::ledger {

/// Assigns processes to groups. Owns `members` of each account and the placement of each process. The ledger calls it when a process
/// appears, changes its name, cgroup, user or program, or is retired, and when the rules have changed. Invariant: `members` of all
/// accounts add up to the number of followed processes, and usage of a process stays with the group that the process had at the time.
class GroupAssignment {
 public:
  GroupAssignment(Classifier& classifier, AccountTable& accounts, ProcessTable& processes, Charging& charging)
      : classifier_{classifier}, accounts_{accounts}, processes_{processes}, charging_{charging} {}

  /// Assigns a group to a newly followed process.
  void join(Process& process) { place(process, decide(process)); }
  /// Assigns a group again after a change of a fact that rules use.
  void move(Process& process);
  /// Takes a process that is no longer followed out of its group.
  void leave(Process& process);

  /// The group of live process `id` for its children to inherit; absent unless a rule matched the process.
  [[nodiscard]] std::optional<Membership> matched_group(event::ProcessId id, std::uint64_t child_start_ns) const;

  /// Reclassifies every process, creators first, so that their children can inherit.
  void reclassify_all(std::uint64_t scan);
  /// Reclassifies after the first scan if needed: the scan may show a process before its creator.
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
  std::uint64_t round_{};  ///< number of reclassifications
};

}  // namespace procledger::ledger
