// SPDX-License-Identifier: Apache-2.0
// Scans /proc and turns the difference between two scans into events. A process that ran since the last scan is read again; for a process
// that did not run, the scan reads its CPU clock only.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "core/event/sink.hpp"
#include "sources/proc/children_estimate.hpp"
#include "sources/proc/cpu_clock.hpp"
#include "sources/proc/process_reader.hpp"

namespace procledger::proc {

/// Marks the handle of the rest of a process: its CPU time beyond its threads (event::Scope::kProcess). Handles in event ids are the tgid
/// of a process, the tid of a task, and kRest | tgid for the rest, with the start time of the leader.
inline constexpr std::uint64_t kRest = std::uint64_t{1} << 32;

/// Scans every process in /proc, and emits events for the difference to the last scan. Owns one record per process and the estimate of
/// short-lived children. The proc source and the taskstats source call scan(), then emit(), once per collection. The scanner does not read
/// netlink messages: the taskstats source passes final totals to reported_exited().
class ProcScanner {
 public:
  struct Options {
    std::string procfs;
    std::uint64_t attached_ns{};  ///< CLOCK_BOOTTIME: a process that started earlier has usage from before the source
    bool ends_are_reported{};     ///< the caller has exit records and calls reported_exited(); reaped children then share an estimate
  };
  /// @param clock  must outlive this
  ProcScanner(Options options, ProcessFiles files, CpuClock& clock);

  /// Reads /proc. Call between event::Sink::begin_scan and emit(). Calls of reported_exited() may come between scan() and emit(), since
  /// emit() settles the usage of gone processes.
  /// @param began_ns  CLOCK_BOOTTIME, as for begin_scan
  /// @error  the list of processes cannot be read; no state has changed then
  Result<void> scan(std::uint64_t began_ns);

  /// Emits the results of the last scan(): exits, samples, memory and open files, estimates.
  void emit(event::Sink& sink);

  /// Takes the final totals of a task from an exit record. From then on the scanner emits no sample and no exit of the task; it emits the
  /// release (on_release) when the task vanishes. The estimate of children subtracts the final totals from the parent's child usage. Scans
  /// may have missed the task, its process and the parent. `final.leader` with `final.live_threads` 0 means that the process has exited.
  /// @param process  the process of the task
  /// @param parent   the parent of the process
  /// @return  totals to emit for the task: never less than before, and without usage that the last scan emitted as the rest of the process
  [[nodiscard]] event::TaskCounters reported_exited(const event::Observation& final, ProcessKey process, std::optional<ProcessKey> parent);

  /// The record of a process, or null. Valid until the next call of a non-const member.
  [[nodiscard]] const ProcessRecord* find(std::uint32_t tgid) const;
  [[nodiscard]] std::size_t size() const { return records_.size(); }

  struct Losses {
    std::uint64_t vanished{};    ///< processes that exited between the listing and their first read
    std::uint64_t unreadable{};  ///< reads that the kernel refused
  };
  [[nodiscard]] const Losses& losses() const { return losses_; }

 private:
  using Records = std::unordered_map<std::uint32_t, std::unique_ptr<ProcessRecord>>;

  Result<void> list();
  void find_gone();
  void settle_gone();
  /// From the PID of a gone process to the PID of its parent.
  using GoneProcesses = std::unordered_map<std::uint32_t, std::uint32_t>;
  void find_relatives(const GoneProcesses& gone, std::set<std::uint32_t>& relatives) const;
  [[nodiscard]] ProcessRecord& record_for(ProcessKey process, std::optional<ProcessKey> parent);
  void sample_at(std::uint32_t tgid);
  void read(std::uint32_t tgid, std::uint64_t clock_ns, bool all);
  void find_late_gone();
  void retire(Records::iterator at, ChildrenEstimate::Gone gone);
  void settle_estimates();
  void find_parent(ProcessRecord& record) const;
  [[nodiscard]] bool due(const ProcessRecord& record) const;

  void emit_ended_threads(event::Sink& sink);
  void emit_ends(event::Sink& sink);
  void emit_end(const ProcessRecord& record, event::Sink& sink) const;
  void emit_samples(ProcessRecord& record, event::Sink& sink) const;
  static void begin_rest(const ProcessRecord& record, event::Sink& sink);
  void emit_process_usage(const ProcessRecord& record, event::Sink& sink) const;
  void emit_estimates(event::Sink& sink);

  Options options_;
  ProcessReader reader_;
  CpuClock& clock_;
  Records records_;
  ChildrenEstimate estimate_;
  Losses losses_;

  std::uint64_t scan_number_{};
  std::uint64_t began_ns_{};
  std::uint64_t last_scan_ns_{};
  std::vector<std::uint32_t> listed_;
  std::vector<ProcessKey> missing_;         ///< processes with a record that this scan does not list
  std::set<std::uint32_t> must_read_;       ///< processes to read even if idle: they may have reaped, or may have a new parent
  std::set<std::uint32_t> must_read_next_;  ///< the same for the next scan
  std::vector<ProcessRecord*> read_;        ///< records that this scan has read
  std::vector<ThreadRecord> ended_;         ///< exited threads of living processes
  std::vector<std::unique_ptr<ProcessRecord>> gone_;
  ChildrenEstimate::Outcome outcome_;
};

}  // namespace procledger::proc
