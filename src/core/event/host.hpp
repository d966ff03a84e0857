// SPDX-License-Identifier: Apache-2.0
// Reports of a source about the host and about itself. Events are separate: see sink.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace procledger::event {

/// CPU time of the host that belongs to no task, cumulative since an arbitrary start. A part is absent where this kernel does not account
/// for it separately; its time is then in tasks and idle.
struct HostReading {
  std::uint64_t monotonic_ns{};
  std::uint32_t cpus{};  ///< online
  std::optional<std::uint64_t> idle_ns;
  std::optional<std::uint64_t> irq_ns;
  std::optional<std::uint64_t> softirq_ns;
  std::optional<std::uint64_t> steal_ns;
};

/// Number of records that did not arrive by the normal path, by cause, since the source started.
struct LossCount {
  std::string cause;
  std::uint64_t records{};
};

/// Runs of a BPF program that the kernel skipped because the program was already running on that CPU.
struct ProgramMisses {
  std::string program;
  std::uint64_t misses{};
};

struct SourceReport {
  HostReading host;
  std::vector<LossCount> losses;
  std::vector<ProgramMisses> misses;
};

/// Facts about the kernel, and about what the source can see of it, that change the meaning of values.
struct KernelFacts {
  bool btf{};
  bool irq_time{};        ///< CONFIG_IRQ_TIME_ACCOUNTING: interrupts are charged to no task
  bool steal_time{};      ///< CONFIG_PARAVIRT_TIME_ACCOUNTING: stolen time is charged to no task
  bool run_queue_wait{};  ///< CONFIG_SCHED_INFO: TaskCounters::wait_ns
  bool storage_io{};      ///< CONFIG_TASK_IO_ACCOUNTING: TaskCounters::storage_*
  bool hugetlb{};         ///< CONFIG_HUGETLB_PAGE: Memory::hugetlb
  bool call_io{};         ///< CONFIG_TASK_XACCT: TaskCounters::call_*
  bool lives{};           ///< the source reports each start, exec and exit: forks, execs, exits, lifetimes and reaped children are counted
  bool estimates{};       ///< some CPU time is only estimated (Estimated)
  std::string cgroup;     ///< v1, v2 or hybrid
};

}  // namespace procledger::event
