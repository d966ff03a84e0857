// SPDX-License-Identifier: Apache-2.0
// One process that the ledger follows: what it is, where it belongs, how the last scan found it, and how its life ends.
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

/// How far the end of a process has come. A process counts as an exit when it enters kExited, and enters that once.
enum class EndStage : std::uint8_t {
  kAlive,
  kLeaderZombie,      ///< a scan listed the leader as a zombie; its final record has not come. Threads may live
  kLeaderReported,    ///< the leader's final record came; threads live
  kThreadsReported,   ///< no thread is left by the record of another thread; the leader's final record has not come
  kZombieUnreported,  ///< likewise, and a scan listed the leader as a zombie
  kExited,            ///< no thread is left, and the leader's final record came
};

/// The end of one life, as records and scans report it piece by piece, in any order. Owned by a Process; the ledger alone writes it.
class EndOfLife {
 public:
  [[nodiscard]] EndStage stage() const { return stage_; }
  /// No thread is left that has not begun to exit.
  [[nodiscard]] bool threads_exited() const { return stage_ >= EndStage::kThreadsReported; }
  /// The leader is known to be a zombie: no scan needs to list it again.
  [[nodiscard]] bool leader_exited() const { return stage_ != EndStage::kAlive && stage_ != EndStage::kThreadsReported; }
  /// The leader's final record came by name.
  [[nodiscard]] bool leader_reported() const { return stage_ == EndStage::kLeaderReported || stage_ == EndStage::kExited; }
  /// The exit was counted, or cannot be: nobody knows how the process ended.
  [[nodiscard]] bool exit_settled() const { return stage_ == EndStage::kExited || status_of_ == StatusOf::kNobody; }
  [[nodiscard]] bool status_known() const { return status_of_ == StatusOf::kLeader || status_of_ == StatusOf::kGroup; }
  [[nodiscard]] std::uint32_t status() const { return status_; }
  [[nodiscard]] std::uint64_t time_ns() const { return time_ns_; }  ///< of the latest last switch of a thread that was reported
  [[nodiscard]] bool autoreaped() const { return autoreaped_; }     ///< its parent does not wait: the kernel credits nobody

  /// Takes in the final record of one task of the process. True if the process has exited by it, and is to be counted.
  bool note_final(const event::Final& final);
  /// Takes in the leader's free record. True if the process is to be counted now: its last threads have yet to report.
  bool note_release(const event::Freed& freed);
  /// A scan listed the leader as a zombie.
  void note_zombie_leader();
  /// A scan found a leader that lives: exec replaced the zombie, and its record was lost.
  void note_living_leader();
  /// The process runs another program by exec: a leader that exited before says nothing of that program's end.
  void note_exec();

  /// All that it holds, to be listed and rebuilt as Ledger::visit_tables says.
  template <typename Self>
  [[nodiscard]] static auto fields(Self& self) {
    return std::tie(self.time_ns_, self.parent_at_exit_, self.status_, self.stage_, self.status_of_, self.autoreaped_,
                    self.reaping_certain_);
  }

 private:
  /// Whose status the parent will see, as far as is known: the group's, where exit_group or a signal gave one, else the leader's.
  enum class StatusOf : std::uint8_t { kUnknown, kLeader, kGroup, kNobody };

  void note_status(const event::Observation& seen);
  bool advance(bool leader_reported, bool threads_exited);

  std::uint64_t time_ns_{};
  std::optional<event::ProcessId> parent_at_exit_;
  std::uint32_t status_{};
  EndStage stage_{EndStage::kAlive};
  StatusOf status_of_{StatusOf::kUnknown};
  bool autoreaped_{};
  bool reaping_certain_{};  ///< `autoreaped_` was decided by the leader's exit, to `parent_at_exit_`
};

/// What a process is called and runs. A rule may ask for any of it.
struct Identity {
  event::Comm comm;
  std::uint32_t uid{};
  bool kernel_thread{};
  bool forked{};  ///< its fork was seen, and no exec since: it runs its creator's program
  std::optional<std::uint64_t> cgroup_id;
  ProgramPtr program;                      ///< null when it is not known what runs
  std::optional<event::ProcessId> parent;  ///< whom the kernel will credit
  event::ProcessId creator;                ///< who forked it, else its parent at first sight
  std::uint64_t leader{};                  ///< task handle of its present leader
  std::uint64_t changed_ns{};              ///< last exec, rename or move: older samples say nothing about its name
};

/// Why a process is in its group, and since when.
struct Placement {
  GroupId group{};
  std::uint32_t generation{};  ///< of the group
  bool claimed{};              ///< by a rule
  bool own_threads{};          ///< its threads get one series each, whatever its group asks for
  std::optional<Membership> inherited;
  std::uint64_t round{};         ///< of reclassification that last reached it
  std::uint64_t left_in_scan{};  ///< the scan whose end gave it another group
  GroupId left_group{};          ///< the one before
};

/// How the last scan found a process. A scan pays for memory that it has not touched since the one before, so this stands together.
struct LastScan {
  std::uint64_t number{};            ///< the last scan in which it was seen
  std::uint64_t missing_since_ns{};  ///< began the second scan that missed it: the first may have passed before its start
  std::uint32_t missed{};            ///< scans since `number`
  std::uint32_t threads{};           ///< living ones
  event::State leader_state{event::State::kOther};
  event::State thread_state{event::State::kOther};  ///< of some thread that is not the leader and not dead
  std::optional<event::Files> files;
  std::optional<event::Memory> memory;
};

/// One process, from first sight to its leader's free record.
struct Process {
  event::ProcessId id;
  std::uint64_t birth_ns{};  ///< the leader's
  LastScan scan;
  Placement placement;
  event::Totals own;  ///< charged to its tasks since attach, dead ones included
  Estate children;    ///< what it was credited with by reaping, what those had reaped included
  /// The process of `identity.parent`, once it is followed: known after its end as long as this one is followed.
  std::shared_ptr<const Process> parent;
  CpuSplit split;  ///< `own`, split by its own ticks: as far as it is in its group's account
  Identity identity;
  EndOfLife end;
  bool birth_known{};       ///< false: only threads were seen so far, birth_ns is one of theirs
  bool rematched{};         ///< an earlier source followed it: what it used beyond its tasks then is not known apart
  std::uint64_t left_ns{};  ///< not followed any more since then; 0: followed

  [[nodiscard]] bool gone() const { return left_ns != 0; }
  [[nodiscard]] GroupId group() const { return placement.group; }
  /// A dead leader with living threads is not a zombie.
  [[nodiscard]] event::State state() const {
    return scan.leader_state == event::State::kZombie && scan.threads > 0 ? scan.thread_state : scan.leader_state;
  }
};

using ProcessPtr = std::shared_ptr<Process>;

}  // namespace procledger::ledger
