// SPDX-License-Identifier: Apache-2.0
// The ledger: turns what sources saw into counters that are exact, never fall and count nothing twice. Events in, accounts out.
// It does no I/O, reads no clock, logs nothing, and knows neither eBPF nor Prometheus.
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

/// Receives every record of a source and leads it through its parts: to which process it belongs, what it charges, which group takes it,
/// whom it credits, and how the process ends. Owns the parts, the identity and the end of each process, and the counts of forks, execs,
/// exits, lifetimes and peak memory of each account. The collector, and whoever has accounts of its own, calls it from one thread.
/// Invariant: each start, exec and exit counts once, in the group that the process had at the time.
class Ledger final : public event::Sink {
 public:
  Ledger(Classifier& classifier, Options options);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void on_fork(const event::Forked& fork) override;
  void on_exec(const event::Execed& exec) override;
  void on_rename(const event::Changed& change) override { on_change(change); }
  void on_move(const event::Changed& change) override { on_change(change); }
  void on_died(const event::Final& final) override;
  void on_freed(const event::Freed& freed) override;
  void on_cgroup_named(const event::CgroupNamed& cgroup) override { classifier_.learn(cgroup); }
  void on_cgroup_removed(std::uint64_t id) override { classifier_.forget_cgroup(id); }
  void begin_walk(std::uint64_t boottime_ns, event::Zombies zombies) override;
  void on_sample(const event::Observation& seen) override;
  void on_zombie(const event::Zombie& seen) override;
  void on_holding(const event::Holding& holding) override { scan_.hold(holding); }
  void on_unnamed(const event::Unnamed& unnamed) override { charging_.take_unnamed(unnamed); }
  void on_estimated(const event::Estimated& estimated) override;
  void end_walk(std::uint64_t boottime_ns) override;

  /// Has every process assigned again at the end of the next scan, parents first: the rules, or the names of cgroups, have changed.
  void decide_again() { reclassify_ = true; }

  /// The present source reports for the last time. The next one has its hooks in place, so that it reports the same ends again: what they
  /// charged and counted is kept by number until then. Estimates, and what processes used beyond their tasks, are not taken any more: the
  /// next source may report whose they are.
  void begin_handover();

  /// What comes from now on comes from another source, in whose ids no process is known yet. Every process goes on that it knows by number
  /// and start; one that is not in its first scan has ended.
  void change_source();

  /// By GroupId. Counters are current; `shown` and the gauges are as of the last end_walk.
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_.all(); }
  /// Everything ever charged, dropped groups included, plus what tasks on a CPU had run beyond it at the last scan. Never falls.
  [[nodiscard]] std::uint64_t tasks_cpu_ns() const { return charging_.shown_total_ns(); }
  [[nodiscard]] const Anomalies& anomalies() const { return anomalies_; }
  [[nodiscard]] const UserStates& user_states() const { return scan_.user_states(); }

  /// Everything known of each process that is alive or a zombie, as of the last scan; by handle, unordered.
  [[nodiscard]] const ProcessTable& processes() const { return processes_; }
  /// By thread name, of groups whose `series` say so; likewise single threads and processes, as of the last scan.
  [[nodiscard]] const ThreadNames& thread_names() const { return accounts_.thread_names(); }
  [[nodiscard]] const LiveSeries& thread_series() const { return scan_.thread_series(); }
  [[nodiscard]] const LiveSeries& process_series() const { return scan_.process_series(); }
  [[nodiscard]] std::size_t live_processes() const { return processes_.size(); }
  [[nodiscard]] std::size_t live_tasks() const { return charging_.tasks().size(); }

  /// All that the ledger knows, between any two records: calls `visit(name, table)` for every table and counter, each with a name of its
  /// own, always in the same order. Of a const ledger they can be listed; those of a ledger without a record can be filled, and then it goes
  /// on like the one that they came from, given the same options and a classifier that knows the same groups. Processes are shared: what is
  /// one process in several tables, and as the `parent` of others, has to be one again.
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
  void note_final(Process& process, const event::Final& final);
  void count_exit(const Process& process);
  void count_exit(DeadProcess& tombstone, const event::Final& final);
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
