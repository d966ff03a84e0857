// SPDX-License-Identifier: Apache-2.0
// Processes and threads by PID, from the last event or the last scan.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/event/observation.hpp"
#include "core/event/source.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/task_stat.hpp"
#include "sources/proc/proc_scanner.hpp"

namespace procledger::taskstats {

using proc::ProcessKey;

/// A process without a known exit.
struct ProcessEntry {
  ProcessKey key;
  std::optional<ProcessKey> parent;
  std::uint32_t uid{};
  bool kernel_thread{};
  std::optional<std::uint64_t> cgroup_id;
  event::Comm comm;
  bool inherited_name{};  ///< the name is that of the parent: no exec or rename event has come since the fork
  /// Time of an exec whose process was gone before /proc could be read. The exit record has the name and is still to come.
  std::optional<std::uint64_t> unread_exec_ns{};
};

/// An observation of the leader, without totals.
[[nodiscard]] event::Observation leader_of(const ProcessEntry& person);
[[nodiscard]] event::ProcessId id_of(const ProcessKey& key);

/// Index of living processes and their threads. Owns the facts from fork, exec, rename and user events; asks the scanner for the rest. The
/// translator of messages (lifecycle.hpp) calls it. Emits no events.
class ProcessIndex {
 public:
  /// @param walker  must outlive this
  ProcessIndex(std::string procfs, const proc::ProcScanner& scanner);

  /// Adds a process; replaces an earlier process with its PID. A start time is a whole tick, and equal in events and in scans: /proc has it
  /// exactly while the process exists; otherwise the time of the event, rounded down, is used.
  /// @param start_ns  CLOCK_BOOTTIME of the fork event, shortly after the start
  const ProcessEntry& born(std::uint32_t tgid, std::uint32_t parent_tgid, std::uint64_t start_ns);
  void thread_start(std::uint32_t tgid, std::uint32_t tid, std::uint64_t start_ns);

  /// The process from events, else from the last scan. Absent: neither has it.
  [[nodiscard]] std::optional<ProcessEntry> find(std::uint32_t tgid) const;
  /// A process whose fork event was lost, with its estimated start time.
  [[nodiscard]] ProcessEntry stranger(std::uint32_t tgid, std::uint64_t start_ns);
  /// Replaces the entry of a process.
  void know(const ProcessEntry& person) { index_.insert_or_assign(person.key.tgid, person); }

  /// Start time of a thread, equal in scans and in events.
  /// @param otherwise_ns  used when no event gave the start time
  [[nodiscard]] std::uint64_t start_of(std::uint32_t tgid, std::uint32_t tid, std::uint64_t otherwise_ns) const;
  /// Whether the process has living threads other than this one and its leader.
  [[nodiscard]] bool has_others(std::uint32_t tgid, std::uint32_t tid) const;
  void thread_ended(std::uint32_t tgid, std::uint32_t tid) { threads_.erase({tgid, tid}); }
  /// Removes all threads but the leader, after exec or with the exit of the process.
  void threads_ended(std::uint32_t tgid);
  void ended(std::uint32_t tgid);

  [[nodiscard]] std::size_t size() const { return index_.size() + threads_.size(); }

 private:
  [[nodiscard]] std::optional<procfs::TaskStat> scan(std::uint32_t tgid);
  [[nodiscard]] std::uint64_t exact_start(const std::optional<procfs::TaskStat>& stat, std::uint32_t tgid, std::uint64_t start_ns) const;

  std::string procfs_;
  const proc::ProcScanner& scanner_;
  procfs::Reader reader_;
  std::unordered_map<std::uint32_t, ProcessEntry> index_;                     ///< by tgid
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> threads_;  ///< start times by tgid and tid; without leaders
};

/// The program of a process, read from /proc while the process lives.
struct RunningProgram {
  std::string file;                 ///< path of the executable; empty: unknown
  std::optional<std::string> args;  ///< the first procfs::kMaxArgsBytes
  bool args_cut{};
  std::optional<std::string> env;  ///< the first procfs::kMaxEnvBytes
  bool env_cut{};
  std::optional<event::Comm> comm;
};

/// Reads the program of a process.
/// @param start_boottime_ns  start time of the process; of a later process with the same PID nothing is read
[[nodiscard]] RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t start_boottime_ns,
                                          event::Source::Wanted wanted);

}  // namespace procledger::taskstats
