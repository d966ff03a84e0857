// SPDX-License-Identifier: Apache-2.0
// What is remembered of a process between two scans, and how one is brought up to date.
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

struct ThreadRecord {
  event::Observation seen;  ///< as it was told last; its totals never fall
  event::Totals shown;      ///< as the kernel showed them last
  event::Totals added;      ///< to what the kernel shows, since it shows another task in this one's place: its own until then
  event::Totals dropped;    ///< and what the other one had by then
  bool told_dead{};         ///< its final totals were told by somebody else
};

/// In `threads`, which are in the order of their numbers; null: none has this one.
[[nodiscard]] inline const ThreadRecord* find_thread(const std::vector<ThreadRecord>& threads, std::uint32_t tid) {
  const auto at = std::ranges::lower_bound(threads, tid, {}, [](const ThreadRecord& thread) { return thread.seen.tid; });
  return at == threads.end() || at->seen.tid != tid ? nullptr : &*at;
}

struct ProcessRecord {
  ProcessKey key;
  std::uint32_t ppid{};
  std::optional<event::ProcessId> parent;
  std::optional<ProcessKey> parent_key;
  std::optional<std::uint64_t> clock_ns;  ///< the process CPU clock before it was read last; absent: it must be read
  bool read{};                            ///< at least once
  bool ignores_children{};

  std::vector<ThreadRecord> threads;  ///< in the order of their numbers
  event::Totals ended;                ///< told of threads that are gone
  event::Totals rest;                 ///< used beyond all that was told of threads
  event::Totals rest_grown;           ///< by this much in the last look
  bool rest_told{};
  bool first_look{true};

  std::optional<event::Memory> memory;
  std::optional<event::Files> files;
  std::optional<std::uint64_t> cgroup_id;
  Split children;           ///< children time
  std::uint64_t seen_ns{};  ///< CLOCK_BOOTTIME: the last look that found it there
  std::uint64_t look{};     ///< number of that look
  bool zombie{};
  bool kernel_thread{};

  [[nodiscard]] event::ProcessId id() const { return {.handle = key.tgid, .tgid = key.tgid}; }
  [[nodiscard]] const ThreadRecord* find(std::uint32_t tid) const { return find_thread(threads, tid); }
  /// All that was told of it.
  [[nodiscard]] event::Totals told() const {
    event::Totals sum = ended;
    sum += rest;
    for (const ThreadRecord& thread : threads) sum += thread.seen.total;
    return sum;
  }
};

class ProcessReader {
 public:
  explicit ProcessReader(ProcessFiles files) : files_{std::move(files)} {}

  [[nodiscard]] ProcessFiles& files() { return files_; }

  /// @param clock_ns  the process CPU clock, read before `process` was opened
  /// @param all  also what changes without the process having run
  /// @param[out] ended  threads that are gone since the last time are added; their totals are in `record.ended` from then on
  /// @return  false: it is gone, or nearly; `record` is as it was
  bool read(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool all, std::vector<ThreadRecord>& ended);

 private:
  bool read_threads(const ProcessRecord& record, const OpenProcess& process, bool all);
  bool read_thread(const ProcessRecord& record, const OpenProcess& process, std::uint32_t tid, bool all);
  [[nodiscard]] std::optional<procfs::TaskStatus> status_of(const OpenProcess& process, std::uint32_t tgid);
  void adopt_threads(ProcessRecord& record, std::vector<ThreadRecord>& ended);
  void share_out(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool thread_ended);
  void read_holding(ProcessRecord& record, const OpenProcess& process, bool all);
  void describe(ProcessRecord& record, const OpenProcess& process, std::uint32_t uid);

  ProcessFiles files_;
  std::vector<ThreadRecord> now_;  ///< threads of the process being read
  std::optional<procfs::TaskStatus> leader_status_;
};

}  // namespace procledger::proc
