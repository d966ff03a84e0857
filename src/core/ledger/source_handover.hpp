// SPDX-License-Identifier: Apache-2.0
// What was followed by another source's ids, until the present source is known to speak of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ledger/process_table.hpp"
#include "core/ledger/task_table.hpp"

namespace procledger::ledger {

/// Sources agree on a task's number and on its birth to the clock tick of /proc (fs/proc/array.c:do_task_stat, USER_HZ is 100 in every
/// ABI that we run on), and on nothing else.
class Legacy {
 public:
  struct OldTask {
    event::TaskId id;
    Task task;
  };

  /// Takes over everybody that the tables follow.
  void take(TaskTable& tasks, ProcessTable& processes);

  /// Takes over a process that ended while the source before told its last.
  void take_ended(const ProcessPtr& process) { ended_.push_back(process); }

  [[nodiscard]] bool empty() const { return processes_.empty() && tasks_.empty() && ended_.empty(); }

  /// The process with this number, if it may have this birth: its leader's, or a thread's; nothing where no birth was told.
  [[nodiscard]] ProcessPtr claim(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);

  /// Likewise among those that ended.
  [[nodiscard]] ProcessPtr claim_ended(std::uint32_t tgid, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);

  /// The task of this number and birth.
  [[nodiscard]] std::optional<OldTask> claim(const event::Observation& seen);

  /// The thread of `process` with the number `previous_tid` leads it from now on. The leader before has that number in exchange.
  void exchange_tids(const Process& process, const event::Observation& leader, std::uint32_t previous_tid);

  /// From now on `old` is called `present`.
  void rename(event::ProcessId old, event::ProcessId present) { renamed_[old] = present; }
  [[nodiscard]] std::optional<event::ProcessId> present(event::ProcessId old) const;

  /// Whoever nobody claimed; nobody can any more.
  std::vector<ProcessPtr> give_up();

  /// Nothing that comes late speaks of what is left any more.
  void forget() {
    tasks_.clear();
    ended_.clear();
  }

 private:
  using TaskKey = std::pair<std::uint32_t, std::uint64_t>;  ///< tid, birth in ticks
  using Tasks = std::multimap<TaskKey, OldTask>;            ///< two where a thread that called exec took over a dead leader's number

  /// The youngest task of `process` with this number whose final numbers are not told; extracted.
  Tasks::node_type extract_living(const Process& process, std::uint32_t tid);

  std::unordered_map<std::uint32_t, ProcessPtr> processes_;  ///< by tgid
  std::vector<ProcessPtr> ended_;                            ///< dead, and not followed any more
  std::vector<ProcessPtr> superseded_;                       ///< their tgid had a later owner already
  Tasks tasks_;

  std::map<event::ProcessId, event::ProcessId> renamed_;
};

/// Births that may be the same one.
[[nodiscard]] bool same_tick(std::uint64_t birth_ns, std::uint64_t other_birth_ns);

/// The end of a birth's tick.
[[nodiscard]] std::uint64_t tick_end(std::uint64_t birth_ns);

}  // namespace procledger::ledger
