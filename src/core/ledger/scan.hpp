// SPDX-License-Identifier: Apache-2.0
// The results of one scan: gauges, series of single threads and processes, and missing processes.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/account_table.hpp"
#include "core/ledger/charging.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/series.hpp"

namespace procledger::ledger {

/// Number of processes on the host by effective uid and state.
using UserStates = std::map<std::pair<std::uint32_t, event::State>, std::uint64_t>;

/// Applies the scans, one after the other. Owns the last scan of each process, the gauges of each account, and the series of single threads
/// and processes. The ledger calls it with the samples of a scan, and at the end of the scan. Invariant: gauges describe one complete scan,
/// and a process that no scan shows for the horizon is returned, so that the ledger retires it.
class Scan {
 public:
  Scan(AccountTable& accounts, ProcessTable& processes, Charging& charging, const Options& options)
      : accounts_{accounts}, processes_{processes}, charging_{charging}, options_{options} {}

  /// @param groups_change  processes are reclassified when the scan ends, as they are in the first scan: threads are counted after that
  void begin(std::uint64_t boottime_ns, event::Zombies zombies, bool groups_change);
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool first() const { return number_ == 1; }
  [[nodiscard]] std::uint64_t began_ns() const { return began_ns_; }

  /// The kernel released a task during the scan.
  void note_release(const event::TaskRelease& release);
  /// Whether the source read this sample before the task's release, although the sample comes after the release record.
  [[nodiscard]] bool released_already(const event::Observation& seen) const;
  [[nodiscard]] bool released_already(const event::Zombie& seen) const;

  /// Keeps the sample of a thread until the sample of its leader, which has the name of the process.
  void defer(const event::Observation& thread) { threads_before_leader_.push_back(thread); }
  [[nodiscard]] std::vector<event::Observation> take_deferred() { return std::exchange(threads_before_leader_, {}); }

  /// Notes that the scan showed a task of `process`.
  void note_sample(Process& process, const event::Observation& seen);
  /// Updates the series of the thread and of its thread name, where the group has such series.
  void see_thread(const ProcessPtr& process, const event::Observation& seen);
  /// Counts the threads of this scan in the groups that their processes have since the reclassification.
  void count_threads_of_new_groups();
  void note_zombie(Process& process, const event::Zombie& seen) const;
  void hold(const event::ProcessUsage& holding) { usages_.push_back(holding); }

  /// Whether a sample of the leader shows another user. No hook reports a change of user. A sample older than the last change is ignored.
  [[nodiscard]] bool shows_other_user(const Process& process, const event::Observation& seen) const;
  /// Whether a sample of the leader shows another name or cgroup: the record of that change was lost.
  [[nodiscard]] bool shows_lost_change(const Process& process, const event::Observation& seen) const;

  /// Settles the gauges. @return processes to retire: no scan has shown them for the horizon
  std::vector<ProcessPtr> settle(std::uint64_t now_ns);
  /// Ends the series of threads and processes that the scan did not show. Call it after `settle`.
  void end();
  /// Drops pending samples and releases before a change of source: the next source has other ids.
  void forget_pending();

  [[nodiscard]] const UserStates& user_states() const { return user_states_; }
  [[nodiscard]] LiveSeries& thread_series() { return thread_series_; }
  [[nodiscard]] LiveSeries& process_series() { return process_series_; }
  [[nodiscard]] const LiveSeries& thread_series() const { return thread_series_; }
  [[nodiscard]] const LiveSeries& process_series() const { return process_series_; }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("scan", self.number_);
    visit("start of the scan", self.began_ns_);
    visit("the scan lists zombies", self.zombies_);
    visit("released during the scan", self.released_);
    visit("threads before their leaders", self.threads_before_leader_);
    visit("groups change with the scan", self.groups_change_);
    visit("threads until the reclassification", self.uncounted_threads_);
    visit("memory and files of processes", self.usages_);
    visit("processes by user and state", self.user_states_);
    visit("series of threads", self.thread_series_.entries());
    visit("series of processes", self.process_series_.entries());
  }

 private:
  void meet(Process& process) const;
  void settle_process_usage();
  void count(const ProcessPtr& process);
  void count_thread(const ProcessPtr& process, const event::Observation& seen);
  void count_zombie(const Process& zombie);

  AccountTable& accounts_;
  ProcessTable& processes_;
  Charging& charging_;
  const Options& options_;

  std::uint64_t number_{};
  std::uint64_t began_ns_{};
  event::Zombies zombies_{};
  std::unordered_multimap<std::uint64_t, event::TaskRelease> released_;  ///< during this scan, by the task's handle
  std::vector<event::Observation> threads_before_leader_;
  bool groups_change_{};
  std::vector<std::pair<ProcessPtr, event::Observation>> uncounted_threads_;  ///< until the reclassification
  std::vector<event::ProcessUsage> usages_;
  UserStates user_states_;
  LiveSeries thread_series_;
  LiveSeries process_series_;
};

}  // namespace procledger::ledger
