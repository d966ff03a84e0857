// SPDX-License-Identifier: Apache-2.0
// What is remembered of the dead, so that late records find where they belong.
#pragma once

#include <cstdint>

#include "core/event/observation.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/expiring_index.hpp"

namespace procledger::ledger {

/// A process whose leader was freed. Threads may be freed after it (1 of 1,880 processes here), and its handle is soon another's
/// (2,001 processes used 179 signal_structs, the soonest reuse after 39).
struct DeadProcess {
  std::uint64_t key{};  ///< of handle and tgid: a handle alone is shared by the hundreds of processes that had it one after the other
  std::uint64_t birth_ns{};
  std::uint64_t time_ns{};        ///< when it was freed: later births are another process
  std::uint64_t parent_handle{};  ///< whom the kernel credited
  std::uint32_t parent_tgid{};
  std::uint32_t exit_counted : 1 {};
  std::uint32_t autoreaped : 1 {};  ///< nobody was credited
  GroupId group : 30 {};
};
static_assert(sizeof(DeadProcess) <= 40);
inline constexpr GroupId kMaxGroup = (1u << 30) - 1;

}  // namespace procledger::ledger
