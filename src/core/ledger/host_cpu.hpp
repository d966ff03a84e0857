// SPDX-License-Identifier: Apache-2.0
// Conservation of CPU time: tasks + idle + parts that the kernel accounts for separately = elapsed x CPUs. The residual is the error.
#pragma once

#include <cstdint>
#include <optional>

#include "core/event/host.hpp"

namespace procledger::ledger {

/// Since the first reading. Parts never fall; the residual is signed.
struct HostAccount {
  std::uint64_t tasks_ns{};
  std::optional<std::uint64_t> idle_ns;
  std::optional<std::uint64_t> irq_ns;
  std::optional<std::uint64_t> softirq_ns;
  std::optional<std::uint64_t> steal_ns;
  std::uint64_t capacity_ns{};                ///< elapsed time x CPUs
  std::optional<std::int64_t> residual_ns{};  ///< capacity minus all parts; absent without idle
  std::uint32_t cpus{};
};

/// Balances the CPU time of the host. Owns the account of the host. The collector calls it once after each scan, and when the source
/// changes. Invariant: no part falls, whatever its clock does, and a part without a clock is absent.
class HostLedger {
 public:
  /// Takes a reading. `tasks_ns` is everything charged to tasks so far, plus the uncharged time of tasks on a CPU; it must not fall.
  void apply(const event::HostReading& reading, std::uint64_t tasks_ns);

  /// Later readings come from another source, whose clocks start elsewhere.
  /// @param idle_between_ns  idle time between the last reading of the old source and the first of the new one, if known
  void change_clocks(std::optional<std::uint64_t> idle_between_ns);

  [[nodiscard]] const HostAccount& account() const { return account_; }

  /// As Ledger::visit_tables.
  template <typename Visit>
  void visit_tables(Visit& visit) {
    visit_tables(*this, visit);
  }
  template <typename Visit>
  void visit_tables(Visit& visit) const {
    visit_tables(*this, visit);
  }

 private:
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("host: first reading", self.first_);
    visit("host: before the change of clocks", self.before_);
    visit("host: clocks changed", self.clocks_changed_);
    visit("host: last reading", self.last_monotonic_ns_);
    visit("host: charged at the first reading", self.first_tasks_ns_);
    visit("host: account", self.account_);
  }

  std::optional<event::HostReading> first_;
  HostAccount before_;  ///< as of the last change of clocks
  bool clocks_changed_{};
  std::uint64_t last_monotonic_ns_{};
  std::uint64_t first_tasks_ns_{};
  HostAccount account_;
};

}  // namespace procledger::ledger
