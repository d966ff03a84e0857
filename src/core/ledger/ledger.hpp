// SPDX-License-Identifier: Apache-2.0
// The ledger turns events of sources into counters that are exact, never fall and count nothing twice. Events in, accounts out.
// The ledger does no I/O, reads no clock, logs nothing, and knows neither eBPF nor Prometheus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/charging.hpp"
#include "core/ledger/child_credit.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/group_assignment.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/scan.hpp"
#include "core/ledger/source_handover.hpp"

namespace procledger::ledger {

/// Receives every record of a source and passes the record to its parts: they find the process, charge the usage, assign the group, credit
/// the parent and track the end of the process. Owns the parts, the identity and the end of each process, and the counts of forks, execs,
/// exits, lifetimes and peak memory of each account. The collector, and other owners of accounts, call it from one thread. Invariant: each
/// start, exec and exit counts once, in the group that the process had at the time.
class Ledger final : public event::Sink {
 public:
  Ledger(Classifier& classifier, Options options);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void on_fork(const event::Forked& fork) override;
  void on_exec(const event::Execed& exec) override;
  void on_rename(const event::Changed& change) override { on_change(change); }
  void on_move(const event::Changed& change) override { on_change(change); }
  void on_exit(const event::TaskExit& final) override;
  void on_release(const event::TaskRelease& release) override;
  void on_cgroup_named(const event::CgroupNamed& cgroup) override { classifier_.learn(cgroup); }
  void on_cgroup_removed(std::uint64_t id) override { classifier_.forget_cgroup(id); }
  void begin_scan(std::uint64_t boottime_ns, event::Zombies zombies) override;
  void on_sample(const event::Observation& seen) override;
  void on_zombie(const event::Zombie& seen) override;
  void on_process_usage(const event::ProcessUsage& holding) override { scan_.hold(holding); }
  void on_unattributed(const event::UnattributedExits& exits) override { charging_.take_unattributed(exits); }
  void on_estimated(const event::Estimated& estimated) override;
  void end_scan(std::uint64_t boottime_ns) override;

  /// Reclassifies every process at the end of the next scan, parents first, after a change of the rules or of cgroup names.
  void reclassify() { reclassify_ = true; }

  /// Starts the last reports of the present source. The next source has its hooks in place and reports the same exits again, so charged and
  /// counted exits are kept by PID until then. Estimates and usage of processes beyond their tasks are ignored from now on: the next source
  /// may report them with their owner.
  void begin_handover();

  /// Later events come from another source, which has other ids for the same processes. A process continues if the new source reports its
  /// PID and start time. A process that is not in the first scan of the new source has exited.
  void change_source();

  /// By GroupId. Counters are current; `shown` and the gauges are as of the last end_scan.
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_.all(); }
  /// Everything charged so far, also to dropped groups, plus the uncharged time of tasks on a CPU at the last scan. Never falls.
  [[nodiscard]] std::uint64_t tasks_cpu_ns() const { return charging_.shown_total_ns(); }
  [[nodiscard]] const Anomalies& anomalies() const { return anomalies_; }
  [[nodiscard]] const UserStates& user_states() const { return scan_.user_states(); }

  /// Every process that is alive or a zombie, as of the last scan; by handle, unordered.
  [[nodiscard]] const ProcessTable& processes() const { return processes_; }
  /// Usage by thread name, by thread and by process, as of the last scan, of groups whose `series` ask for it.
  [[nodiscard]] const ThreadNames& thread_names() const { return accounts_.thread_names(); }
  [[nodiscard]] const LiveSeries& thread_series() const { return scan_.thread_series(); }
  [[nodiscard]] const LiveSeries& process_series() const { return scan_.process_series(); }
  [[nodiscard]] std::size_t live_processes() const { return processes_.size(); }
  [[nodiscard]] std::size_t live_tasks() const { return charging_.tasks().size(); }

  /// Visits the whole state of the ledger, between any two records: calls `visit(name, table)` for every table and counter, in a fixed
  /// order and with unique names. On a const ledger the visitor lists the tables. On a ledger without a record the visitor may fill them;
  /// the ledger then continues like the original, given the same options and a classifier with the same groups. Tables share processes: a
  /// process in several tables, or the `parent` of other processes, must be one object again.
  template <typename Visit>
  void visit_tables(Visit& visit) {
    visit_tables(*this, visit);
  }
  template <typename Visit>
  void visit_tables(Visit& visit) const {
    visit_tables(*this, visit);
  }

 private:
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    AccountTable::visit_tables(self.accounts_, visit);
    ProcessTable::visit_tables(self.processes_, visit);
    Charging::visit_tables(self.charging_, visit);
    GroupAssignment::visit_tables(self.groups_, visit);
    Scan::visit_tables(self.scan_, visit);
    SourceHandover::visit_tables(self.handover_, visit);
    visit("anomalies", self.anomalies_);
    visit("a scan is under way", self.scanning_);
    visit("rules have changed", self.reclassify_);
  }

  Owner owner_of(const event::Observation& seen);
  ProcessPtr follow(const event::Observation& seen);
  void take_identity(Process& process, const event::Observation& seen);
  void regroup(Process& process, const event::Observation& seen, std::uint64_t time_ns);
  void leave(const ProcessPtr& process, std::uint64_t time_ns);
  void abandon(std::uint64_t now_ns);

  bool credit_late(const Owner& owner, const Charging::Charged& charged);
  void on_change(const event::Changed& changed);
  void note_exit(Process& process, const event::TaskExit& final);
  void count_exit(const Process& process);
  void count_exit(RetiredProcess& retired, const event::TaskExit& final);
  void sample(const event::Observation& seen);

  Classifier& classifier_;
  Options options_;
  Anomalies anomalies_;
  AccountTable accounts_;
  ProcessTable processes_;
  Charging charging_;
  ChildCredit child_credit_;
  GroupAssignment groups_;
  Scan scan_;
  SourceHandover handover_;
  bool scanning_{};
  bool reclassify_{};
};

}  // namespace procledger::ledger
