// SPDX-License-Identifier: Apache-2.0
// The record of a process between two scans, and its update.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "sources/proc/cpu_split.hpp"
#include "sources/proc/process_files.hpp"

namespace procledger::proc {

/// One thread. A thread that calls exec takes over its leader's TID, and /proc then shows the thread's totals under this TID. Values that
/// the kernel keeps per thread only are emitted as `shown` + `added` - `dropped`, which continues the leader's totals.
struct ThreadRecord {
  event::Observation seen;      ///< as last emitted; totals never decrease
  event::TaskCounters shown;    ///< totals in /proc at the last read
  event::TaskCounters added;    ///< totals of the leader at that exec; 0 without one
  event::TaskCounters dropped;  ///< totals of the thread at that exec; 0 without one
  bool reported_exited{};       ///< an exit record carried the final totals
};

/// Finds a thread in `threads`, which are sorted by TID; null: not found.
[[nodiscard]] inline const ThreadRecord* find_thread(const std::vector<ThreadRecord>& threads, std::uint32_t tid) {
  const auto at = std::ranges::lower_bound(threads, tid, {}, [](const ThreadRecord& thread) { return thread.seen.tid; });
  return at == threads.end() || at->seen.tid != tid ? nullptr : &*at;
}

/// State of one process between two scans. The scanner owns it; ProcessReader updates it.
struct ProcessRecord {
  ProcessKey key;
  std::uint32_t ppid{};
  std::optional<event::ProcessId> parent;
  std::optional<ProcessKey> parent_key;
  std::optional<std::uint64_t> clock_ns;  ///< process CPU clock just before the last read; absent: the next scan reads the process
  bool read{};                            ///< read at least once
  bool ignores_children{};

  std::vector<ThreadRecord> threads;  ///< sorted by TID
  event::TaskCounters ended;          ///< totals that were emitted for threads that are gone
  event::TaskCounters rest;           ///< usage of the process beyond the totals of its threads
  event::TaskCounters rest_grown;     ///< growth of `rest` in the last scan
  bool rest_reported{};
  bool first_scan{true};

  std::optional<event::Memory> memory;
  std::optional<event::Files> files;
  std::optional<std::uint64_t> cgroup_id;
  CpuSplit children;        ///< child usage (cutime, cstime)
  std::uint64_t seen_ns{};  ///< CLOCK_BOOTTIME of the last scan that found the process
  std::uint64_t scan{};     ///< number of that scan
  bool zombie{};
  bool kernel_thread{};

  [[nodiscard]] event::ProcessId id() const { return {.handle = key.tgid, .tgid = key.tgid}; }
  [[nodiscard]] const ThreadRecord* find(std::uint32_t tid) const { return find_thread(threads, tid); }
  /// All totals that were emitted for the process.
  [[nodiscard]] event::TaskCounters emitted() const {
    event::TaskCounters sum = ended;
    sum += rest;
    for (const ThreadRecord& thread : threads) sum += thread.seen.total;
    return sum;
  }
};

/// Reads one process and updates its record. Owns the ProcessFiles and a scratch list of threads. The scanner calls it. Emits no events.
class ProcessReader {
 public:
  explicit ProcessReader(ProcessFiles files) : files_{std::move(files)} {}

  [[nodiscard]] ProcessFiles& files() { return files_; }

  /// @param clock_ns    process CPU clock, read before `process` was opened
  /// @param all         also read the limit of open files, and the threads that did not run
  /// @param[out] ended  threads that exited since the last read are appended; `record.ended` includes their totals
  /// @return  false: the process is gone or about to go; `record` is unchanged
  bool read(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool all, std::vector<ThreadRecord>& ended);

 private:
  bool read_threads(const ProcessRecord& record, const OpenProcess& process, bool all);
  bool read_thread(const ProcessRecord& record, const OpenProcess& process, std::uint32_t tid, bool all);
  [[nodiscard]] std::optional<procfs::TaskStatus> status_of(const OpenProcess& process, std::uint32_t tgid);
  void reparent_threads(ProcessRecord& record, std::vector<ThreadRecord>& ended);
  void share_out(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool thread_ended);
  void read_holding(ProcessRecord& record, const OpenProcess& process, bool all);
  void describe(ProcessRecord& record, const OpenProcess& process, std::uint32_t uid);

  ProcessFiles files_;
  std::vector<ThreadRecord> now_;  ///< threads of the process that is being read
  std::optional<procfs::TaskStatus> leader_status_;
};

}  // namespace procledger::proc
