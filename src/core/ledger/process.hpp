// SPDX-License-Identifier: Apache-2.0
// One process that the ledger follows: identity, placement, last scan and end of life.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"

namespace procledger::ledger {

/// How far the end of a process has come. A process enters kExited once, and then counts as an exit.
enum class EndStage : std::uint8_t {
  kAlive,
  kLeaderZombie,      ///< a scan listed the leader as a zombie; its exit record has not come. Threads may live
  kLeaderReported,    ///< the leader's exit record came; threads live
  kThreadsReported,   ///< the exit record of a thread says that no thread is left; the leader's exit record has not come
  kZombieUnreported,  ///< as kThreadsReported, and a scan listed the leader as a zombie
  kExited,            ///< no thread is left, and the leader's exit record came
};

/// The end of one process, as records and scans report it piece by piece, in any order. Owned by a Process; only the ledger writes it.
class EndOfLife {
 public:
  [[nodiscard]] EndStage stage() const { return stage_; }
  /// All threads have begun to exit.
  [[nodiscard]] bool threads_exited() const { return stage_ >= EndStage::kThreadsReported; }
  /// The leader is known to be a zombie: no scan needs to list it again.
  [[nodiscard]] bool leader_exited() const { return stage_ != EndStage::kAlive && stage_ != EndStage::kThreadsReported; }
  /// The leader's exit record came, with its name.
  [[nodiscard]] bool leader_reported() const { return stage_ == EndStage::kLeaderReported || stage_ == EndStage::kExited; }
  /// The exit was counted, or cannot be counted because no source knows the exit status.
  [[nodiscard]] bool exit_settled() const { return stage_ == EndStage::kExited || status_of_ == StatusOf::kNobody; }
  [[nodiscard]] bool status_known() const { return status_of_ == StatusOf::kLeader || status_of_ == StatusOf::kGroup; }
  [[nodiscard]] std::uint32_t status() const { return status_; }
  [[nodiscard]] std::uint64_t time_ns() const { return time_ns_; }  ///< latest last context switch of a reported thread
  [[nodiscard]] bool autoreaped() const { return autoreaped_; }     ///< the parent does not wait: the kernel credits no process

  /// Takes the exit record of one task of the process. Returns true if the process has exited with it and must be counted.
  bool note_exit(const event::TaskExit& final);
  /// Takes the leader's release record. Returns true if the process must be counted now, because records of its last threads are missing.
  bool note_release(const event::TaskRelease& release);
  /// A scan listed the leader as a zombie.
  void note_zombie_leader();
  /// A scan found a live leader: exec replaced the zombie, and the exec record was lost.
  void note_living_leader();
  /// The process called exec: the exit of an earlier leader does not concern the new program.
  void note_exec();

  /// All members, for Ledger::visit_tables.
  template <typename Self>
  [[nodiscard]] static auto fields(Self& self) {
    return std::tie(self.time_ns_, self.parent_at_exit_, self.status_, self.stage_, self.status_of_, self.autoreaped_,
                    self.reaping_certain_);
  }

 private:
  /// Origin of the status that the parent will see: the thread group, if exit_group or a signal set one, else the leader.
  enum class StatusOf : std::uint8_t { kUnknown, kLeader, kGroup, kNobody };

  void note_status(const event::Observation& seen);
  bool advance(bool leader_reported, bool threads_exited);

  std::uint64_t time_ns_{};
  std::optional<event::ProcessId> parent_at_exit_;
  std::uint32_t status_{};
  EndStage stage_{EndStage::kAlive};
  StatusOf status_of_{StatusOf::kUnknown};
  bool autoreaped_{};
  bool reaping_certain_{};  ///< the leader's exit record decided `autoreaped_`, for the parent `parent_at_exit_`
};

/// Name, user, program, cgroup and parent of a process. Rules may use each of them.
struct Identity {
  event::Comm comm;
  std::uint32_t uid{};
  bool kernel_thread{};
  bool forked{};  ///< a fork was reported and no exec since: the process runs its creator's program
  std::optional<std::uint64_t> cgroup_id;
  ProgramPtr program;                      ///< null when unknown
  std::optional<event::ProcessId> parent;  ///< process that the kernel credits at reaping
  event::ProcessId creator;                ///< process that forked it, else its parent at first sight
  std::uint64_t leader{};                  ///< task handle of its present leader
  std::uint64_t changed_ns{};              ///< time of the last exec, rename or move: older samples may have an old name
};

/// Why a process is in its group, and since when.
struct Placement {
  GroupId group{};
  std::uint32_t generation{};  ///< of the group
  bool claimed{};              ///< a rule matched it
  bool own_threads{};          ///< each of its threads gets a series, whatever its group asks for
  std::optional<Membership> inherited;
  std::uint64_t round{};         ///< last round of reclassification that reached it
  std::uint64_t left_in_scan{};  ///< scan at whose end its group changed
  GroupId left_group{};          ///< group before that change
};

/// The state of a process in the last scan. The fields stand together: memory untouched since the previous scan is expensive to read.
struct LastScan {
  std::uint64_t number{};            ///< last scan that showed the process
  std::uint64_t missing_since_ns{};  ///< start of the second scan that missed it: it may have started too late for the first
  std::uint32_t missed{};            ///< scans since `number`
  std::uint32_t threads{};           ///< live threads
  event::State leader_state{event::State::kOther};
  event::State thread_state{event::State::kOther};  ///< of some live thread that is not the leader
  std::optional<event::Files> files;
  std::optional<event::Memory> memory;
};

/// One process, from first sight to its leader's release record.
struct Process {
  event::ProcessId id;
  std::uint64_t start_boottime_ns{};  ///< start time of the leader
  LastScan scan;
  Placement placement;
  event::TaskCounters own;  ///< charged to its tasks since attach, also to exited tasks
  ChildUsage children;      ///< child usage credited to it, with the child usage of the reaped processes
  /// The process of `identity.parent`, once followed. It stays known after its exit as long as this process is followed.
  std::shared_ptr<const Process> parent;
  CpuSplit split;  ///< the part of `own` that is in its group's account, split by its own ticks
  Identity identity;
  EndOfLife end;
  bool start_known{};       ///< false: only threads were seen so far, and start_boottime_ns is the start of one of them
  bool rematched{};         ///< an earlier source followed the process; usage beyond its tasks from that time is not known separately
  std::uint64_t left_ns{};  ///< time at which the ledger stopped following the process; 0: followed

  [[nodiscard]] bool gone() const { return left_ns != 0; }
  [[nodiscard]] GroupId group() const { return placement.group; }
  /// An exited leader with live threads is not a zombie.
  [[nodiscard]] event::State state() const {
    return scan.leader_state == event::State::kZombie && scan.threads > 0 ? scan.thread_state : scan.leader_state;
  }
};

using ProcessPtr = std::shared_ptr<Process>;

}  // namespace procledger::ledger
