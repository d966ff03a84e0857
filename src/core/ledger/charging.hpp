// SPDX-License-Identifier: Apache-2.0
// From the cumulative totals of tasks to what each group used.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/task_table.hpp"

namespace procledger::ledger {

// How a ledger is set up, and what it says of its own work.

struct Options {
  /// CLOCK_BOOTTIME when the source's hooks were in place. What a task that started earlier had consumed at first sight is a baseline.
  std::uint64_t attached_ns{};
  /// How long the dead are remembered. The latest record seen is 10 s late (RCU_LAZY on nocb CPUs, kernel/rcu/tree_nocb.h).
  std::uint64_t horizon_ns{15'000'000'000};
  /// Most dead processes remembered at once: 15 s of 4,000 exits a second.
  std::size_t max_tombstones{1u << 16};
  /// Whether accounts are to have `by_process`, which costs a division for each process at each scan.
  bool split_by_process{};
};

/// What the ledger could not do as it should, since start.
struct Anomalies {
  std::uint64_t died_before_walk{};    ///< started before attach, dead before the first scan: charged nothing
  std::uint64_t unnamed_tasks{};       ///< final records that came without a name
  std::uint64_t unnamed_cpu_ns{};      ///< their CPU time, in the group "(unattributed)"
  std::uint64_t tombstones_evicted{};  ///< dead processes forgotten before the horizon
  std::uint64_t vanished_tasks{};      ///< gone without a final record within the horizon
  std::uint64_t ended_unseen{};        ///< processes that ended while one source gave way to another
};

/// Where a record's counters go: a process that is followed, or the group of one that is remembered.
struct Owner {
  ProcessPtr process;
  GroupId group{};
  DeadProcess* tombstone{};  ///< valid until the next process is buried
  bool leader_met{};         ///< only threads had reported the process until now
};

/// Charges each task's totals to the group of its process, beyond what was charged before. Owns the table of tasks, `own` and `split` of
/// each process, and `total`, `running_ns`, `by_process`, `shown` and the thread names of each account. The ledger calls it with each
/// record that has totals, and at the end of a scan. Invariant: the sum of all accounts' totals and estimates is what was charged in all;
/// no total falls, and a record that comes twice, late or out of order charges nothing.
class Charging {
 public:
  Charging(AccountTable& accounts, const Options& options) : accounts_{accounts}, options_{options} {}

  /// What a record added.
  struct Charged {
    event::Totals more;
    bool first;  ///< the task was not followed before
  };
  /// A scan shows a task that lives.
  Charged charge_sample(const event::Observation& seen, const Owner& owner);
  /// A task's final record.
  Charged charge_final(const event::Observation& seen, const Owner& owner);
  /// The process is about to change its name or its group: the slice under way is the old one's up to now.
  Charged charge_before_change(const event::Observation& seen, const Owner& owner);
  /// Likewise; a thread that called exec leads its process from now on.
  Charged charge_exec(const event::Execed& exec, const Owner& owner);
  /// CPU time that was estimated: it is in no account's total.
  void charge_estimate(std::uint64_t cpu_ns) { total_ns_ += cpu_ns; }

  /// The kernel has freed a task.
  void release(const event::Freed& freed);

  /// `process` is about to leave its group: what it used is split there.
  void settle_split(Process& process);

  void begin_scan(std::uint64_t number, std::uint64_t boottime_ns);
  void take_unnamed(const event::Unnamed& unnamed);
  void end_scan(std::uint64_t boottime_ns, Classifier& classifier, Anomalies& anomalies);

  /// Tasks whose final record came are kept until the next source has reported them, too.
  void keep_reported() { keep_reported_ = true; }
  /// What comes from now on is another source's: it counts records without names from zero.
  void change_source(std::uint64_t boottime_ns);

  [[nodiscard]] TaskTable& tasks() { return tasks_; }
  [[nodiscard]] const TaskTable& tasks() const { return tasks_; }
  /// Everything ever charged, and what tasks on a CPU had run beyond it at the last scan. Never falls.
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
    visit("final records without a name", self.unnamed_);
    visit("final records without a name, of earlier sources", self.unnamed_before_);
    visit("vanished tasks", self.vanished_);
  }

 private:
  Task& charge(const event::Observation& seen, const Owner& owner, const event::Comm& thread, Charged& charged);
  Task& charge_before_change(const event::Observation& seen, const Owner& owner, Charged& charged);
  Task& follow(const event::Observation& seen, const Owner& owner);
  [[nodiscard]] OpenSlice::Taker taker(GroupId group, const event::Comm& thread) const;
  void add(const OpenSlice::Taker& taker, const event::Totals& more);
  event::Totals settle_tasks(std::uint64_t now_ns, Anomalies& anomalies);
  void settle_unnamed(const event::Totals& vanishing, Classifier& classifier, Anomalies& anomalies);
  void settle_accounts();

  AccountTable& accounts_;
  const Options& options_;
  TaskTable tasks_;

  std::uint64_t total_ns_{};        ///< everything charged
  std::uint64_t shown_total_ns_{};  ///< and running, as of the last scan

  std::uint64_t scan_{};  ///< number of the present or last one
  std::uint64_t scan_began_ns_{};
  bool scanning_{};

  std::uint64_t changed_source_ns_{};
  bool keep_reported_{};
  event::Unnamed unnamed_;
  event::Unnamed unnamed_before_;  ///< by earlier sources
  event::Totals vanished_;         ///< charged to tasks that are gone without a final record by name: they are in `unnamed_` for good
};

}  // namespace procledger::ledger
