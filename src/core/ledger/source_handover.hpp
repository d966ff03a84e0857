// SPDX-License-Identifier: Apache-2.0
// Source handover: rematches processes and tasks of the old source with the records of the new source, which has other ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/charging.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/series.hpp"
#include "core/ledger/task_table.hpp"

namespace procledger::ledger {

/// Keeps processes and tasks of the previous source until the present source reports them. Two sources agree only on the tid of a task and
/// on its start time to the clock tick of /proc (fs/proc/array.c:do_task_stat; USER_HZ is 100 in every supported ABI). Owns the processes
/// and tasks that are not rematched yet, and `rematched` and the ids of processes. The ledger calls it with each record while anything is
/// left to match. Invariant: a process or task is in its table or here, never in both, and goes back once.
class SourceHandover {
 public:
  SourceHandover(TaskTable& tasks, ProcessTable& processes, LiveSeries& thread_series, LiveSeries& process_series, Anomalies& anomalies)
      : tasks_{tasks}, processes_{processes}, thread_series_{thread_series}, process_series_{process_series}, anomalies_{anomalies} {}

  /// Starts the last reports of the old source. Exits from now on are kept, because the next source reports them again.
  void begin() { under_way_ = true; }
  [[nodiscard]] bool under_way() const { return under_way_; }
  /// Keeps a process that ended in the handover. The ledger calls it for each process that it stops following.
  void note_left(const ProcessPtr& process) {
    if (under_way_) ended_in_handover_.push_back(process);
  }
  /// Takes all processes and tasks out of the tables, to be rematched: later records come from another source.
  void change_source(std::uint64_t boottime_ns);

  /// Whether anything is left to rematch.
  [[nodiscard]] bool pending() const { return !old_processes_.empty() || !old_tasks_.empty() || !ended_.empty(); }

  /// Rematches the task of a record, and its process.
  void rematch(const event::Observation& seen);
  /// Returns the process with this id, rematched first if needed. @return null where neither source knows the process
  /// @param leader_start_ns  the leader's start time, if the record has it; else some task of the process started by `started_by_ns`
  ProcessPtr rematch(event::ProcessId id, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns);
  /// The thread with tid `previous_tid` leads `process` from now on. The previous leader gets that tid in exchange.
  void exchange_tids(const Process& process, const event::Observation& leader, std::uint32_t previous_tid);
  /// Whether the previous source reported a change of this process at this time or later.
  [[nodiscard]] bool reported_before(const Process& process, std::uint64_t time_ns) const {
    return pending() && process.rematched && time_ns <= process.identity.changed_ns;
  }

  /// Returns the processes that the first scan of the present source did not show. They have exited unseen. Their parents have present ids.
  std::vector<ProcessPtr> abandon();
  /// Drops unmatched tasks and ended processes when the horizon has passed: no late record refers to them.
  void forget();

  [[nodiscard]] std::uint64_t changed_ns() const { return changed_ns_; }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("a handover is under way", self.under_way_);
    visit("change of source", self.changed_ns_);
    visit("processes that ended in the handover", self.ended_in_handover_);
    visit("processes of the source before", self.old_processes_);
    visit("processes of the source before, superseded", self.superseded_);
    visit("processes of the source before, ended", self.ended_);
    visit("tasks of the source before", self.old_tasks_);
    visit("present ids", self.present_ids_);
  }

  struct OldTask {
    event::TaskId id;
    Task task;
  };

 private:
  using TaskKey = std::pair<std::uint32_t, std::uint64_t>;  ///< tid, start in ticks
  using OldTasks = std::multimap<TaskKey, OldTask>;         ///< two tasks where exec gave a thread the tid of its exited leader

  void take_tables();
  ProcessPtr extract_process(std::uint32_t tgid, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns);
  ProcessPtr extract_ended(std::uint32_t tgid, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns);
  std::optional<OldTask> extract_task(const event::Observation& seen);
  OldTasks::node_type extract_living(const Process& process, std::uint32_t tid);
  void retire_again(event::ProcessId id, std::optional<std::uint64_t> leader_start_ns, std::uint64_t started_by_ns);
  void use_present_id_of_parent(Process& process) const;

  TaskTable& tasks_;
  ProcessTable& processes_;
  LiveSeries& thread_series_;
  LiveSeries& process_series_;
  Anomalies& anomalies_;

  bool under_way_{};
  std::uint64_t changed_ns_{};
  std::vector<ProcessPtr> ended_in_handover_;

  std::unordered_map<std::uint32_t, ProcessPtr> old_processes_;  ///< by tgid
  std::vector<ProcessPtr> superseded_;                           ///< a later process already has their tgid
  std::vector<ProcessPtr> ended_;                                ///< ended in the handover, and no longer followed
  OldTasks old_tasks_;
  std::map<event::ProcessId, event::ProcessId> present_ids_;  ///< by the id of the old source
};

}  // namespace procledger::ledger
