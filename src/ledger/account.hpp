// SPDX-License-Identifier: Apache-2.0
// What a group has earned (counters, never falling) and what it is now (gauges, as of the last walk).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

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

struct Lifetimes {
  std::array<std::uint64_t, kLifetimeBounds.size() + 1> buckets{};  ///< not cumulative
  std::uint64_t sum_ns{};
  void observe(std::uint64_t lifetime_ns);
};

struct Account {
  std::uint64_t cpu_ns{};      ///< exact: what was charged to members while they were members
  std::uint64_t running_ns{};  ///< what members on a CPU had run beyond that, as of the last walk
  std::uint64_t user_ticks_ns{};
  std::uint64_t system_ticks_ns{};
  CpuSplit shown;  ///< cpu_ns + running_ns as of the last walk, split, never falling: what is exported
  std::uint64_t forks{};
  std::uint64_t execs{};
  std::array<std::uint64_t, kExitReasonCount> exits{};
  Lifetimes lifetimes;

  void count_exit(std::uint32_t status, std::uint64_t birth_ns, std::uint64_t death_ns);

  std::uint64_t members{};                         ///< processes that the ledger follows, zombies among them
  std::uint64_t processes{};                       ///< not exited
  std::uint64_t threads{};                         ///< not exited
  std::optional<std::uint64_t> oldest_birth_ns{};  ///< of the living
};

}  // namespace procledger::ledger
