// SPDX-License-Identifier: Apache-2.0
// How a ledger is set up, and what it says of its own work.
#pragma once

#include <cstddef>
#include <cstdint>

namespace procledger::ledger {

struct Options {
  /// CLOCK_BOOTTIME when the source's hooks were in place. What a task that started earlier had consumed at first sight is a baseline.
  std::uint64_t attached_ns{};
  /// How long the dead are remembered. The latest record seen is 10 s late (RCU_LAZY on nocb CPUs, kernel/rcu/tree_nocb.h).
  std::uint64_t horizon_ns{15'000'000'000};
  /// Most dead processes remembered at once: 15 s of 4,000 exits a second.
  std::size_t max_tombstones{1u << 16};
  /// Whether accounts are to have `by_process`, which costs a division for each process at each scan.
  bool split_by_process{};
};

/// What the ledger could not do as it should, since start.
struct Anomalies {
  std::uint64_t died_before_walk{};    ///< started before attach, dead before the first scan: charged nothing
  std::uint64_t unnamed_tasks{};       ///< final records that came without a name
  std::uint64_t unnamed_cpu_ns{};      ///< their CPU time, in the group "(unattributed)"
  std::uint64_t tombstones_evicted{};  ///< dead processes forgotten before the horizon
  std::uint64_t vanished_tasks{};      ///< gone without a final record within the horizon
  std::uint64_t ended_unseen{};        ///< processes that ended while one source gave way to another
};

}  // namespace procledger::ledger
