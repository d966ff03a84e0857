// SPDX-License-Identifier: Apache-2.0
// Turns cumulative totals of tasks into the usage of each group.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/task_table.hpp"

namespace procledger::ledger {

/// Settings of a ledger.
struct Options {
  /// CLOCK_BOOTTIME at which the source's hooks were in place. Earlier usage of a task that started before is a baseline and not charged.
  std::uint64_t attached_ns{};
  /// How long retired processes are kept. The latest record seen is 10 s late (RCU_LAZY on nocb CPUs, kernel/rcu/tree_nocb.h).
  std::uint64_t horizon_ns{15'000'000'000};
  /// Max number of retired processes kept: 15 s of 4,000 exits a second.
  std::size_t max_retired_processes{1u << 16};
  /// Whether accounts have `by_process`, which costs a division for each process at each scan.
  bool split_by_process{};
};

/// Counts of incomplete or lost records, since start.
struct Anomalies {
  std::uint64_t exited_before_scan{};   ///< tasks that started before attach and exited before the first scan: charged nothing
  std::uint64_t unattributed_tasks{};   ///< unattributed exit records
  std::uint64_t unattributed_cpu_ns{};  ///< their CPU time, in the group "(unattributed)"
  std::uint64_t retired_evicted{};      ///< retired processes dropped before the horizon
  std::uint64_t vanished_tasks{};       ///< tasks that are gone and had no exit record within the horizon
  std::uint64_t ended_unseen{};         ///< processes that exited unseen during a source handover
};

/// The process that a record is charged to: a followed process, or the group of a retired one.
struct Owner {
  ProcessPtr process;
  GroupId group{};
  RetiredProcess* retired{};  ///< valid until the next process is retired
  bool leader_met{};          ///< until now, only threads had reported the process
};

/// Charges the increase of each task's totals to the group of its process. Owns the table of tasks, `own` and `split` of each process, and
/// `total`, `running_ns`, `by_process`, `shown` and the thread names of each account. The ledger calls it with each record that has totals,
/// and at the end of a scan. Invariant: the totals and estimates of all accounts add up to everything charged; no total falls, and a record
/// that comes twice, late or out of order charges nothing.
class Charging {
 public:
  Charging(AccountTable& accounts, const Options& options) : accounts_{accounts}, options_{options} {}

  /// The increase that one record charged.
  struct Charged {
    event::TaskCounters more;
    bool first;  ///< the task was not followed before
  };
  /// Charges a live task as a scan shows it.
  Charged charge_sample(const event::Observation& seen, const Owner& owner);
  /// Charges the exit record of a task.
  Charged charge_exit(const event::Observation& seen, const Owner& owner);
  /// Charges a process before a change of its name or group. The current slice up to now belongs to the old name and group.
  Charged charge_before_change(const event::Observation& seen, const Owner& owner);
  /// As charge_before_change. A thread that called exec leads its process from now on.
  Charged charge_exec(const event::Execed& exec, const Owner& owner);
  /// Counts estimated CPU time, which is in no account's total.
  void charge_estimate(std::uint64_t cpu_ns) { total_ns_ += cpu_ns; }

  /// The kernel has released a task.
  void release(const event::TaskRelease& release);

  /// Splits the CPU time of `process` in its present group. Call it before the process leaves the group.
  void settle_split(Process& process);

  void begin_scan(std::uint64_t number, std::uint64_t boottime_ns);
  void take_unattributed(const event::UnattributedExits& exits);
  void end_scan(std::uint64_t boottime_ns, Classifier& classifier, Anomalies& anomalies);

  /// Keeps tasks with an exit record until the next source has reported them, too.
  void keep_reported() { keep_reported_ = true; }
  /// Later records come from another source, whose count of unattributed records starts from zero.
  void change_source(std::uint64_t boottime_ns);

  [[nodiscard]] TaskTable& tasks() { return tasks_; }
  [[nodiscard]] const TaskTable& tasks() const { return tasks_; }
  /// Everything charged so far, plus the uncharged time of tasks on a CPU at the last scan. Never falls.
  [[nodiscard]] std::uint64_t shown_total_ns() const { return shown_total_ns_; }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    TaskTable::visit_tables(self.tasks_, visit);
    visit("charged", self.total_ns_);
    visit("charged as shown", self.shown_total_ns_);
    visit("charging: scan", self.scan_);
    visit("charging: start of the scan", self.scan_began_ns_);
    visit("charging: a scan is under way", self.scanning_);
    visit("charging: change of source", self.changed_source_ns_);
    visit("charging: reported tasks are kept", self.keep_reported_);
    visit("final records without a name", self.unattributed_);
    visit("final records without a name, of earlier sources", self.unattributed_before_);
    visit("vanished tasks", self.vanished_);
  }

 private:
  Task& charge(const event::Observation& seen, const Owner& owner, const event::Comm& thread, Charged& charged);
  Task& charge_before_change(const event::Observation& seen, const Owner& owner, Charged& charged);
  Task& follow(const event::Observation& seen, const Owner& owner);
  [[nodiscard]] OpenSlice::Taker taker(GroupId group, const event::Comm& thread) const;
  void add(const OpenSlice::Taker& taker, const event::TaskCounters& more);
  event::TaskCounters settle_tasks(std::uint64_t now_ns, Anomalies& anomalies);
  void settle_unattributed(const event::TaskCounters& vanishing, Classifier& classifier, Anomalies& anomalies);
  void settle_accounts();

  AccountTable& accounts_;
  const Options& options_;
  TaskTable tasks_;

  std::uint64_t total_ns_{};        ///< everything charged
  std::uint64_t shown_total_ns_{};  ///< `total_ns_` and running time, as of the last scan

  std::uint64_t scan_{};  ///< number of the present or last scan
  std::uint64_t scan_began_ns_{};
  bool scanning_{};

  std::uint64_t changed_source_ns_{};
  bool keep_reported_{};
  event::UnattributedExits unattributed_;
  event::UnattributedExits unattributed_before_;  ///< from earlier sources
  event::TaskCounters vanished_;  ///< charged to tasks that are gone without an attributed exit record: `unattributed_` has them for good
};

}  // namespace procledger::ledger
