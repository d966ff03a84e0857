// SPDX-License-Identifier: Apache-2.0
// The account of one group: counters, which never fall, and gauges as of the last scan.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"

namespace procledger::ledger {

/// Upper bounds of the lifetime histogram, in seconds. One more bucket takes longer lifetimes.
inline constexpr std::array<double, 7> kLifetimeBounds{0.01, 0.1, 1, 10, 60, 600, 3600};

enum class ExitReason : std::uint8_t { kOk, kError, kSignal };
inline constexpr std::size_t kExitReasonCount = 3;

/// Classifies a wait status: killed by a signal, exit code other than 0, or exit code 0.
[[nodiscard]] constexpr ExitReason exit_reason(std::uint32_t status) {
  if ((status & 0x7f) != 0) return ExitReason::kSignal;
  return (status >> 8 & 0xff) != 0 ? ExitReason::kError : ExitReason::kOk;
}

struct CpuSplit {
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
  bool operator==(const CpuSplit&) const = default;
};

/// Moves `shown` to the sum `total_ns`, split by the ratio of the tick samples. Neither mode ever falls, and the modes add up to the total
/// (kernel/sched/cputime.c:cputime_adjust does the same for one process). Without a tick all time is user time, as in the kernel.
[[nodiscard]] CpuSplit split_cpu(CpuSplit shown, std::uint64_t total_ns, std::uint64_t user_ticks_ns, std::uint64_t system_ticks_ns);

/// Child usage: the usage of a process that its parent is credited with at reaping.
struct ChildUsage {
  event::TaskCounters total;
  CpuSplit cpu;  ///< total.cpu_ns, split for each process by its own ticks, as the kernel does it

  ChildUsage& operator+=(const ChildUsage& more);
};

/// Child usage from the totals of one process, split like kernel/sched/cputime.c:cputime_adjust.
[[nodiscard]] ChildUsage child_usage_of(const event::TaskCounters& own);

/// How an exited process is reaped: its parent waits for it, or the kernel reaps it and credits no process.
enum class Reaping : std::uint8_t { kWaited, kAutoreaped };
inline constexpr std::size_t kReapingCount = 2;

struct Reaped {
  std::uint64_t processes{};
  ChildUsage own;  ///< usage of the reaped processes alone: each nanosecond and byte once over all groups
};

/// Sums over live processes, as of the last scan.
struct UsageSums {
  event::Memory memory;
  std::uint64_t with_memory{};  ///< number of processes in `memory`
  std::uint64_t open_files{};
  double worst_file_ratio{};  ///< max of open files / limit over the processes
  std::uint64_t with_files{};
};

/// Which series of single threads and processes a group has beside its sums.
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

/// The counters and gauges of one group. Members are the processes in the group.
struct Account {
  Series series;
  event::TaskCounters total;   ///< exact: usage charged to processes while they were members
  std::uint64_t running_ns{};  ///< CPU time of members on a CPU beyond total.cpu_ns, as of the last scan
  CpuSplit by_process;         ///< total.cpu_ns + running_ns, split for each process by its own ticks, as /proc does
  CpuSplit shown;              ///< the exported value: total.cpu_ns + running_ns as of the last scan, split, never falling
  std::uint64_t forks{};
  std::uint64_t execs{};
  std::array<std::uint64_t, kExitReasonCount> exits{};
  Lifetimes lifetimes;
  std::array<Reaped, kReapingCount> reaped;  ///< processes that members reaped
  CpuSplit estimated;                        ///< estimated CPU time of members and of their unseen children; not in `total`
  ChildUsage children;                       ///< child usage credited to members, with the child usage of the reaped processes
  std::uint64_t peak_bytes{};                ///< largest resident size of one process while it was a member, also of exited processes

  void hold(const event::ProcessUsage& holding);
  void count_exit(std::uint32_t status, std::uint64_t start_boottime_ns, std::uint64_t exit_boottime_ns);

  std::uint64_t members{};        ///< processes that the ledger follows, zombies included
  std::uint64_t processes{};      ///< processes that have not exited
  std::uint64_t threads{};        ///< threads that have not exited
  std::uint64_t zombies{};        ///< processes that have exited and are not reaped
  std::uint64_t zombie_cpu_ns{};  ///< CPU time of zombies and of their reaped children
  std::uint64_t unreaped{};       ///< zombie children of members, in any group
  std::array<std::uint64_t, event::kStateCount> thread_states{};
  UsageSums holdings;
  std::optional<std::uint64_t> oldest_start_ns{};  ///< earliest start time of a live member
};

}  // namespace procledger::ledger
