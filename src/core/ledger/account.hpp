// SPDX-License-Identifier: Apache-2.0
// What a group has earned (counters, never falling) and what it is now (gauges, as of the last walk).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"

namespace procledger::ledger {

/// Upper bounds of the lifetime histogram, in seconds; one more bucket takes the rest.
inline constexpr std::array<double, 7> kLifetimeBounds{0.01, 0.1, 1, 10, 60, 600, 3600};

enum class ExitReason : std::uint8_t { kOk, kError, kSignal };
inline constexpr std::size_t kExitReasonCount = 3;

/// How a wait status ended: by a signal, with a code other than 0, or well.
[[nodiscard]] constexpr ExitReason exit_reason(std::uint32_t status) {
  if ((status & 0x7f) != 0) return ExitReason::kSignal;
  return (status >> 8 & 0xff) != 0 ? ExitReason::kError : ExitReason::kOk;
}

struct CpuSplit {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
  bool operator==(const CpuSplit&) const = default;
};

/// Moves `shown` towards `total_ns`, split by the ratio of the tick samples. Neither mode ever falls, and the two add up to the total
/// (kernel/sched/cputime.c:cputime_adjust does the same for one process). Without any tick all is user, as there.
[[nodiscard]] CpuSplit split_cpu(CpuSplit shown, std::uint64_t total_ns, std::uint64_t user_ticks_ns, std::uint64_t system_ticks_ns);

/// What a process leaves to the one that reaps it.
struct Estate {
  event::Totals total;
  CpuSplit cpu;  ///< total.cpu_ns, split for each process by its own ticks, as the kernel does it

  Estate& operator+=(const Estate& more);
};

/// The totals of one process, split as kernel/sched/cputime.c:cputime_adjust splits them.
[[nodiscard]] Estate estate_of(const event::Totals& own);

/// How a dead process goes: its parent waits for it, or the kernel reaps it itself and credits nobody.
enum class Reaping : std::uint8_t { kWaited, kAutoreaped };
inline constexpr std::size_t kReapingCount = 2;

struct Reaped {
  std::uint64_t processes{};
  Estate own;  ///< of the reaped alone: every nanosecond and byte once over all groups
};

/// Sums over the living, as of the last walk.
struct Holdings {
  event::Memory memory;
  std::uint64_t with_memory{};  ///< so many processes told of it
  std::uint64_t open_files{};
  double worst_file_ratio{};  ///< open files to limit
  std::uint64_t with_files{};
};

/// What is kept of a group's members beyond their sums.
struct Series {
  bool thread_names{};
  bool threads{};
  bool processes{};
  bool operator==(const Series&) const = default;
};

struct Lifetimes {
  std::array<std::uint64_t, kLifetimeBounds.size() + 1> buckets{};  ///< not cumulative
  std::uint64_t sum_ns{};
  void observe(std::uint64_t lifetime_ns);
};

struct Account {
  Series series;
  event::Totals total;         ///< exact: what was charged to members while they were members
  std::uint64_t running_ns{};  ///< what members on a CPU had run beyond total.cpu_ns, as of the last walk
  CpuSplit by_process;         ///< total.cpu_ns + running_ns, split for each process alone by its own ticks, as /proc and its readers do it
  CpuSplit shown;              ///< total.cpu_ns + running_ns as of the last walk, split, never falling: what is exported
  std::uint64_t forks{};
  std::uint64_t execs{};
  std::array<std::uint64_t, kExitReasonCount> exits{};
  Lifetimes lifetimes;
  std::array<Reaped, kReapingCount> reaped;  ///< by members: what they reaped
  CpuSplit estimated;                        ///< used by members, or by children of theirs that nobody saw; not in `total`
  Estate children;                           ///< what members were credited with: of the reaped and of all that those had reaped
  std::uint64_t peak_bytes{};                ///< most memory that one process had resident while it was a member, the dead included

  void hold(const event::Holding& holding);
  void count_exit(std::uint32_t status, std::uint64_t birth_ns, std::uint64_t death_ns);

  std::uint64_t members{};        ///< processes that the ledger follows, zombies among them
  std::uint64_t processes{};      ///< not exited
  std::uint64_t threads{};        ///< not exited
  std::uint64_t zombies{};        ///< exited, not reaped
  std::uint64_t zombie_cpu_ns{};  ///< what they hold, what they had reaped included
  std::uint64_t unreaped{};       ///< children of members, in whatever group, that have exited and that their parents have not reaped
  std::array<std::uint64_t, event::kStateCount> thread_states{};
  Holdings holdings;
  std::optional<std::uint64_t> oldest_birth_ns{};  ///< of the living
};

}  // namespace procledger::ledger
