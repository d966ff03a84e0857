// SPDX-License-Identifier: Apache-2.0
// What is remembered of the dead, so that late and repeated records find where they belong.
#pragma once

#include <cstdint>

#include "event/observation.hpp"
#include "ledger/classifier.hpp"
#include "ledger/recent.hpp"

namespace procledger::ledger {

/// A process whose leader was freed. Threads may be freed after it (1 of 1,880 processes here), and its handle is soon another's
/// (2,001 processes used 179 signal_structs, the soonest reuse after 39).
struct DeadProcess {
  std::uint64_t key{};  ///< of handle and tgid: a handle alone is shared by the hundreds of processes that had it one after the other
  std::uint64_t birth_ns{};
  std::uint64_t time_ns{};        ///< when it was freed: later births are another process
  std::uint64_t parent_handle{};  ///< whom the kernel credited
  std::uint32_t parent_tgid{};
  std::uint32_t exit_to_count : 1 {};  ///< its final record is missing: if it comes, it tells how the process ended
  std::uint32_t ours : 1 {};           ///< it is known not to have died before attach
  std::uint32_t autoreaped : 1 {};     ///< nobody was credited
  GroupId group : 29 {};
};
static_assert(sizeof(DeadProcess) <= 40);
inline constexpr GroupId kMaxGroup = (1u << 29) - 1;

/// A task that was charged for the last time.
struct FreedTask {
  std::uint64_t key{};  ///< of handle and birth
  std::uint64_t time_ns{};
};
static_assert(sizeof(FreedTask) <= 32);

}  // namespace procledger::ledger
