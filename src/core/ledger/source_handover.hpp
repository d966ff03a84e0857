// SPDX-License-Identifier: Apache-2.0
// One source gives way to another: processes and tasks that the new source knows by other ids are matched with those of the old one.
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

/// Keeps what the source before followed until the present source is known to report it. Sources agree on a task's number and on its start
/// to the clock tick of /proc (fs/proc/array.c:do_task_stat, USER_HZ is 100 in every ABI that we run on), and on nothing else. Owns
/// processes and tasks that were not rematched yet, and `rematched` and the ids of processes. The ledger calls it with each record while
/// anything is left to match. Invariant: a process or task is in its table or here, never in both, and goes back once.
class SourceHandover {
 public:
  SourceHandover(TaskTable& tasks, ProcessTable& processes, LiveSeries& thread_series, LiveSeries& process_series, Anomalies& anomalies)
      : tasks_{tasks}, processes_{processes}, thread_series_{thread_series}, process_series_{process_series}, anomalies_{anomalies} {}

  /// The old source reports for the last time: what ends now is kept, since the next source reports the same end.
  void begin() { under_way_ = true; }
  [[nodiscard]] bool under_way() const { return under_way_; }
  /// A process is followed no more.
  void note_left(const ProcessPtr& process) {
    if (under_way_) ended_in_handover_.push_back(process);
  }
  /// What comes from now on comes from another source: every process and task that the tables follow is to be rematched.
  void change_source(std::uint64_t boottime_ns);

  /// Something is left to be matched.
  [[nodiscard]] bool pending() const { return !old_processes_.empty() || !old_tasks_.empty() || !ended_.empty(); }

  /// Rematches the task, and its process, that a record of the present source speaks of.
  void rematch(const event::Observation& seen);
  /// The process of this id, rematched if that is to be done. @return null where neither source knows it
  /// @param leaders_birth_ns  the leader's start, if the record says it; else some task of the process started by `born_by_ns`
  ProcessPtr rematch(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
  /// The thread with the number `previous_tid` leads `process` from now on. The leader before has that number in exchange.
  void exchange_tids(const Process& process, const event::Observation& leader, std::uint32_t previous_tid);
  /// Whether the source before reported a change of this process at this time, or a later one.
  [[nodiscard]] bool reported_before(const Process& process, std::uint64_t time_ns) const {
    return pending() && process.rematched && time_ns <= process.identity.changed_ns;
  }

  /// Processes that the first scan of the present source did not show: they have ended unseen, and their parents' ids are the present ones.
  std::vector<ProcessPtr> abandon();
  /// The horizon has passed: nothing that comes late speaks of what is left any more.
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
  using OldTasks = std::multimap<TaskKey, OldTask>;         ///< two where a thread that called exec took over a dead leader's number

  void take_tables();
  ProcessPtr extract_process(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
  ProcessPtr extract_ended(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
  std::optional<OldTask> extract_task(const event::Observation& seen);
  OldTasks::node_type extract_living(const Process& process, std::uint32_t tid);
  void bury_again(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
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
  std::vector<ProcessPtr> superseded_;                           ///< their tgid had a later owner already
  std::vector<ProcessPtr> ended_;                                ///< dead, and not followed any more
  OldTasks old_tasks_;
  std::map<event::ProcessId, event::ProcessId> present_ids_;  ///< by the old source's
};

}  // namespace procledger::ledger
