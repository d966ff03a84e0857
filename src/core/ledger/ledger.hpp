// SPDX-License-Identifier: Apache-2.0
// The ledger: turns what sources saw into counters that are exact, never fall and count nothing twice. Events in, accounts out.
// It does no I/O, reads no clock, logs nothing, and knows neither eBPF nor Prometheus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/process_table.hpp"
#include "core/ledger/series.hpp"
#include "core/ledger/source_handover.hpp"
#include "core/ledger/task_table.hpp"

namespace procledger::ledger {

struct Options {
  /// CLOCK_BOOTTIME when the source's hooks were in place. What a task born earlier had consumed at first sight is a baseline.
  std::uint64_t attached_ns{};
  /// How long the dead are remembered. The latest record seen is 10 s late (RCU_LAZY on nocb CPUs, kernel/rcu/tree_nocb.h).
  std::uint64_t horizon_ns{15'000'000'000};
  /// Most dead processes remembered at once: 15 s of 4,000 exits a second.
  std::size_t max_tombstones{1u << 16};
  /// Whether accounts are to have `by_process`, which costs a division for each process at each walk.
  bool split_by_process{};
};

/// What the ledger could not do as it should, since start.
struct Anomalies {
  std::uint64_t died_before_walk{};    ///< born before attach, dead before the first look: charged nothing
  std::uint64_t unnamed_tasks{};       ///< finals that came without a name
  std::uint64_t unnamed_cpu_ns{};      ///< their CPU time, in the group "(unattributed)"
  std::uint64_t tombstones_evicted{};  ///< dead processes forgotten before the horizon
  std::uint64_t vanished_tasks{};      ///< gone without final numbers within the horizon
  std::uint64_t ended_unseen{};        ///< processes that ended while one source gave way to another
};

/// Host-wide processes by effective uid and state.
using UserStates = std::map<std::pair<std::uint32_t, event::State>, std::uint64_t>;

class Ledger final : public event::Sink {
 public:
  Ledger(Classifier& classifier, Options options);

  void on_fork(const event::Forked& fork) override;
  void on_exec(const event::Execed& exec) override;
  void on_rename(const event::Changed& change) override;
  void on_move(const event::Changed& change) override;
  void on_died(const event::Final& final) override;
  void on_freed(const event::Freed& freed) override;
  void on_cgroup_named(const event::CgroupNamed& cgroup) override { classifier_.learn(cgroup); }
  void on_cgroup_removed(std::uint64_t id) override { classifier_.forget_cgroup(id); }
  void begin_walk(std::uint64_t boottime_ns, event::Zombies zombies) override;
  void on_sample(const event::Observation& seen) override;
  void on_zombie(const event::Zombie& seen) override;
  void on_holding(const event::Holding& holding) override;
  void on_unnamed(const event::Unnamed& unnamed) override;
  void on_estimated(const event::Estimated& estimated) override;
  void end_walk(std::uint64_t boottime_ns) override;

  /// Has every process decided again at the end of the next walk, parents first: the rules, or the names of cgroups, have changed.
  void decide_again() { decide_again_ = true; }

  /// The present source tells its last. The next one has its hooks in place, so that it tells of the same ends again: what they charged and
  /// counted is kept by number until then. Estimates, and what processes used beyond their tasks, are not taken any more: the next source
  /// may tell whose they are.
  void begin_handover() { handing_over_ = true; }

  /// What comes from now on comes from another source, in whose ids nobody is known yet. Everybody goes on whom it knows by number and
  /// birth; who is not in its first walk has ended.
  void change_source();

  /// By GroupId. Counters are current; `shown` and the gauges are as of the last end_walk.
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  /// Everything ever charged, dropped groups included, plus what tasks on a CPU had run beyond it at the last walk. Never falls.
  [[nodiscard]] std::uint64_t tasks_cpu_ns() const { return shown_total_ns_; }
  [[nodiscard]] const Anomalies& anomalies() const { return anomalies_; }
  [[nodiscard]] const UserStates& user_states() const { return user_states_; }

  /// Everything known of each process that is alive or a zombie, as of the last walk; by handle, unordered.
  [[nodiscard]] const ProcessTable& processes() const { return processes_; }
  /// By thread name, of groups whose `series` say so; likewise single threads and processes, as of the last walk.
  [[nodiscard]] const ThreadNames& thread_names() const { return thread_names_; }
  [[nodiscard]] const LiveSeries& thread_series() const { return thread_series_; }
  [[nodiscard]] const LiveSeries& process_series() const { return process_series_; }
  [[nodiscard]] std::size_t live_processes() const { return processes_.size(); }
  [[nodiscard]] std::size_t live_tasks() const { return tasks_.size(); }

 private:
  /// Where a record's numbers go: a process that is followed, or the group of one that is remembered.
  struct Owner {
    ProcessPtr process;
    GroupId group{};
    DeadProcess* tombstone{};  ///< valid until the next burial
    bool leader_met{};         ///< only threads had told of the process until now
  };

  Owner owner_of(const event::Observation& seen);
  ProcessPtr follow(const event::Observation& seen);
  void take_identity(Process& process, const event::Observation& seen);
  Task& follow_task(const event::Observation& seen, const Owner& owner);
  /// What is charged to this group from now on, and to this thread's name if the group has names.
  [[nodiscard]] OpenSlice::Taker taker(GroupId group, const event::Comm& thread) const;
  void charge(const OpenSlice::Taker& taker, const event::Totals& more);
  Task& charge(const event::Observation& seen, const Owner& owner) { return charge(seen, owner, seen.comm); }
  Task& charge(const event::Observation& seen, const Owner& owner, const event::Comm& thread);
  Task& charge_before_change(const event::Observation& seen, const Owner& owner);
  Decision decide(const Process& process);
  void regroup(Process& process, const event::Observation& seen, std::uint64_t time_ns);
  void on_change(const event::Changed& changed);
  [[nodiscard]] bool told_before(const Process& process, std::uint64_t time_ns) const;
  void join(Process& process, const Decision& decision);
  void move_to(Process& process, const Decision& decision);
  [[nodiscard]] std::optional<Membership> claim_of(event::ProcessId id, std::uint64_t childs_birth_ns) const;
  void decide_all();
  void decide_once_more(Process& process);
  void settle_heritages();
  void settle_split(Process& process);
  void leave(const ProcessPtr& process, std::uint64_t time_ns);
  Account& account(const Decision& decision);

  void claim(const event::Observation& seen);
  ProcessPtr claim(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
  void bury_again(event::ProcessId id, std::optional<std::uint64_t> leaders_birth_ns, std::uint64_t born_by_ns);
  void give_up_legacy(std::uint64_t now_ns);

  [[nodiscard]] bool freed_already(const event::Observation& seen) const;
  void note_exit(Process& process, const event::Final& final);
  void take_parent(Process& process, const event::Observation& seen);
  void take_parent_of_dead(Process& process, const std::optional<event::ProcessId>& parent);
  [[nodiscard]] bool knows(event::ProcessId parent, std::uint64_t childs_birth_ns) const;
  void hand_over(const Process& dead);
  void hand_over_late(const DeadProcess& dead, const event::Totals& own);
  Account& credit(event::ProcessId parent, std::uint64_t childs_birth_ns, const Estate* estate);
  void count_exit(Process& process);
  void count_exit(DeadProcess& tombstone, const event::Final& final);
  void note_reaping(Process& process, const event::Freed& freed);

  void sample(const event::Observation& seen);
  void meet(Process& process) const;
  void note_walk(Process& process, const event::Observation& seen);
  [[nodiscard]] bool shows_other_user(const Process& process, const event::Observation& seen) const;
  void see_series(const ProcessPtr& process, const event::Observation& seen);
  void settle_holdings();
  void settle_processes(std::uint64_t now_ns);
  void note_unreaped(const Process& zombie);
  event::Totals settle_tasks(std::uint64_t now_ns);
  void settle_unnamed(const event::Totals& vanishing);
  void settle_accounts();

  Classifier& classifier_;
  Options options_;
  std::vector<Account> accounts_;
  TaskTable tasks_;
  ProcessTable processes_;
  Anomalies anomalies_;
  UserStates user_states_;
  ThreadNames thread_names_;
  LiveSeries thread_series_;
  LiveSeries process_series_;

  std::uint64_t total_ns_{};        ///< everything charged
  std::uint64_t shown_total_ns_{};  ///< and running, as of the last walk

  std::uint64_t walk_{};  ///< number of the present or last walk
  bool walking_{};
  event::Zombies zombies_{};
  std::uint64_t walk_began_ns_{};
  std::unordered_multimap<std::uint64_t, event::Freed> freed_in_walk_;  ///< by the task's handle
  std::vector<event::Observation> orphans_;                             ///< samples of threads whose leader was not sampled yet
  std::vector<event::Holding> holdings_;                                ///< of this walk

  Legacy legacy_;
  std::uint64_t changed_source_ns_{};
  bool handing_over_{};
  std::vector<ProcessPtr> ended_in_handover_;  ///< processes
  bool decide_again_{};
  std::uint64_t round_{};  ///< of decisions about everybody

  event::Unnamed unnamed_;
  event::Unnamed unnamed_before_;  ///< by earlier sources
  event::Totals vanished_;         ///< charged to tasks that are gone without having been told: they are in `unnamed_` for good
};

}  // namespace procledger::ledger
