// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "event/holding.hpp"
#include "event/observation.hpp"
#include "ledger/account.hpp"
#include "ledger/classifier.hpp"

namespace procledger::ledger {

/// One process that the ledger follows, from first sight to its leader's free record.
struct Process {
  // What every walk touches, together: a walk pays for memory that it has not touched since the last one.
  event::ProcessId id;
  std::uint64_t birth_ns{};          ///< the leader's
  std::uint64_t walk{};              ///< the last one in which it was seen
  std::uint64_t missing_since_ns{};  ///< began the second walk that missed it: the first may have passed before its birth
  std::uint32_t missed_walks{};      ///< since `walk`
  std::uint32_t threads{};           ///< living ones, as of `walk`
  GroupId group{};
  std::uint32_t uid{};
  event::State leader_state{event::State::kOther};
  event::State thread_state{event::State::kOther};  ///< of some thread that is not the leader and not dead
  bool birth_known{};                               ///< false: only threads were seen so far, birth_ns is one of theirs
  bool dead{};                                      ///< no thread is left that has not begun to exit
  bool leader_dead{};                               ///< and known to be: no walk needs to show it again
  std::uint64_t death_ns{};
  std::optional<event::ProcessId> parent;
  std::optional<event::Files> files;
  std::optional<event::Memory> memory;
  event::Totals own;  ///< charged to its tasks since attach, dead ones included
  Estate children;    ///< what it was credited with by reaping, what those had reaped included

  event::Comm comm;
  std::optional<std::uint64_t> cgroup_id;
  bool kernel_thread{};
  ProgramPtr program;          ///< null when it is not known what it runs
  std::uint64_t leader{};      ///< task handle of its present leader
  std::uint64_t changed_ns{};  ///< last exec, rename or move: older samples say nothing about its name

  // Why it is in its group.
  std::uint32_t generation{};  ///< of the group
  bool claimed{};              ///< by a rule
  bool own_threads{};          ///< its threads get one series each, whatever its group asks for
  bool forked{};               ///< its fork was seen, and no exec since: it runs its creator's program
  event::ProcessId creator;    ///< who forked it, else its parent at first sight
  std::optional<Membership> heritage;
  std::uint64_t decided{};       ///< in this round of decisions
  std::uint64_t left_in_walk{};  ///< the walk whose end gave it another group
  GroupId left_group{};          ///< the one before
  CpuSplit split;                ///< `own`, split by its own ticks: as far as it is in its group's account

  bool inherited{};  ///< met by an earlier source: what it used beyond its tasks then is not known apart

  // The end of its life.
  bool leader_told{};  ///< its leader's final numbers came by name
  bool exit_counted{};
  bool reaping_told{};  ///< `autoreaped` was certain when the leader died
  bool autoreaped{};
  bool gone{};  ///< not followed any more
  std::uint64_t left_ns{};  ///< since then
  bool status_known{};
  bool status_is_groups{};  ///< exit_group or a signal: the leader's own does not count, though it may have died before
  std::uint32_t exit_status{};
  std::optional<event::ProcessId> parent_at_death;

  /// A dead leader with living threads is not a zombie.
  [[nodiscard]] event::State state() const { return leader_state == event::State::kZombie && threads > 0 ? thread_state : leader_state; }
};

}  // namespace procledger::ledger
