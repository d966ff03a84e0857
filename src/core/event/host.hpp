// SPDX-License-Identifier: Apache-2.0
// What a source tells about the host and about itself, beside the events.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace procledger::event {

/// The host's CPU time that is no task's, cumulative since an arbitrary start. Absent parts are not kept apart by this kernel:
/// their time is inside tasks and idle then.
struct HostReading {
  std::uint64_t monotonic_ns{};
  std::uint32_t cpus{};  ///< online
  std::optional<std::uint64_t> idle_ns;
  std::optional<std::uint64_t> irq_ns;
  std::optional<std::uint64_t> softirq_ns;
  std::optional<std::uint64_t> steal_ns;
};

/// Records that could not take their usual way, since the source started.
struct LossCount {
  std::string cause;
  std::uint64_t records{};
};

/// Runs of a BPF program that the kernel skipped because it was already running on that CPU.
struct ProgramMisses {
  std::string program;
  std::uint64_t misses{};
};

struct SourceReport {
  HostReading host;
  std::vector<LossCount> losses;
  std::vector<ProgramMisses> misses;
};

/// Facts about the kernel, and about what can be seen of it from here, that change what the figures mean.
struct KernelFacts {
  bool btf{};
  bool irq_time{};        ///< CONFIG_IRQ_TIME_ACCOUNTING: interrupts are charged to no task
  bool steal_time{};      ///< CONFIG_PARAVIRT_TIME_ACCOUNTING: stolen time is charged to no task
  bool run_queue_wait{};  ///< CONFIG_SCHED_INFO: Totals::wait_ns
  bool storage_io{};      ///< CONFIG_TASK_IO_ACCOUNTING: Totals::storage_*
  bool hugetlb{};         ///< CONFIG_HUGETLB_PAGE: Memory::hugetlb
  bool call_io{};         ///< CONFIG_TASK_XACCT: Totals::call_*
  bool lives{};           ///< births, execs and ends are told one by one: forks, execs, exits, lifetimes and what was reaped can be counted
  bool estimates{};       ///< some CPU time is only estimated (Estimated)
  std::string cgroup;     ///< v1, v2 or hybrid
};

}  // namespace procledger::event
