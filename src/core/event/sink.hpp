// SPDX-License-Identifier: Apache-2.0
// What a source reports, and to whom. Views inside an event are valid during the call only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/event/observation.hpp"

namespace procledger::event {

/// Bytes of one address space. Resident is anonymous, file and shared memory together, as in /proc/PID/status.
struct Memory {
  std::uint64_t anonymous{};
  std::uint64_t file{};
  std::uint64_t shared{};  ///< tmpfs, System V and shared anonymous mappings
  std::uint64_t swapped{};
  std::uint64_t mapped{};   ///< virtual size
  std::uint64_t hugetlb{};  ///< huge pages of hugetlbfs; neither resident nor shared
  std::uint64_t peak{};     ///< most that was ever resident
  [[nodiscard]] std::uint64_t resident() const { return anonymous + file + shared; }
};

struct Files {
  std::uint64_t open{};
  std::uint64_t limit{};  ///< soft RLIMIT_NOFILE
};

/// What a living process holds now.
struct Holding {
  ProcessId process;
  std::uint64_t birth_ns{};      ///< its leader's, CLOCK_BOOTTIME
  std::optional<Memory> memory;  ///< absent where another process was told with the same address space (between vfork and exec)
  std::optional<Files> files;
};

/// A new process (threads are not reported: the walk and their final records suffice).
struct Forked {
  Observation child;
  ProcessId creator;  ///< who called fork; not the parent under CLONE_PARENT
};

/// The process runs another program from now on. The totals, pending time included, still belong to the old one.
struct Execed {
  Observation task;
  std::string_view filename;               ///< as passed to execve
  std::optional<std::string_view> args;    ///< NUL between arguments; absent when unreadable
  std::optional<std::string_view> path{};  ///< of the file that runs, as its process sees it; absent unless asked for and readable
  std::optional<std::string_view> env{};   ///< likewise the environment, NUL between variables
  bool filename_cut{};
  bool args_cut{};
  bool path_cut{};  ///< its first components are missing
  bool env_cut{};
  std::uint32_t previous_tid{};  ///< the caller's tid before; differs when a non-leader called exec and took its leader's place
  [[nodiscard]] bool from_thread() const { return previous_tid != task.tid; }
  std::uint64_t time_ns{};
};

/// The leader's name or cgroup changed without exec.
struct Changed {
  Observation task;
  std::uint64_t time_ns{};
};

/// A task's final numbers.
struct Final {
  Observation task;
  std::uint64_t death_ns{};             ///< CLOCK_BOOTTIME of its last switch
  std::optional<std::uint64_t> peak{};  ///< most memory that its process ever had resident, bytes; once the process is dead
  bool autoreaped{};                    ///< of a leader: nobody waits for it, and the kernel credits nobody
  bool status_known{true};              ///< false: it is gone, and nobody knows how it ended; it counts as no exit
};

/// A task that exists no more. Of a leader: its process was reaped.
struct Freed {
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent{};  ///< a hint: whom the kernel credited, unless the pointer dangled
  std::uint32_t tid{};
  std::uint32_t exit_status{};  ///< of a leader: its process's, with `group_exit`, else its own
  bool leader{};
  bool group_exit{};        ///< a leader that died before its threads may not have known of it
  bool autoreaped{};        ///< of a leader: whether its parent, as of now, would not wait for it
  std::uint64_t time_ns{};  ///< CLOCK_BOOTTIME: its handle is free to reuse
};

/// What a walk shows of tasks that had died: all of them, or only those of which nobody may have told yet.
enum class Zombies : std::uint8_t { kListed, kLeftOut };

/// A task that is at or past its last switch, and not reaped.
struct Zombie {
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent{};
  bool leader{};
};

/// CPU time that nobody saw being used: what a process's reaped children brought beyond all that was told of them, because they lived and
/// died between two looks, or went on after the last one. An increment; each is told once.
struct Estimated {
  ProcessId process;         ///< whose group used it: the one that reaped them, or the child itself where that is known
  std::uint64_t birth_ns{};  ///< its leader's
  ProcessId reaper;
  std::uint64_t reaper_birth_ns{};
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
};

/// What a cgroup of the authoritative hierarchy is called from now on.
struct CgroupNamed {
  std::uint64_t id{};
  std::string_view path;  ///< from the root of the hierarchy
  bool path_cut{};
};

/// Finals that lost their names on the way, since the source started: sums over dead tasks, pre-attach time included. Read before any
/// sample of the same walk. A leader is counted as an exit when it dies.
struct Unnamed {
  std::uint64_t tasks{};
  Totals total;
  std::uint64_t exits_ok{};
  std::uint64_t exits_error{};
  std::uint64_t exits_signal{};
};

/// Receiver of everything a source has to say. A source calls it from one thread.
///
/// Life-cycle events (fork, exec, rename, move, died, freed) come in the order in which they happened, each at most once, and may be
/// missing. A collection is: begin_walk, any life-cycle events, then the walk's own on_sample / on_zombie / on_holding / on_unnamed /
/// on_estimated in any order, then end_walk. What the walk read may be older than life-cycle events that came before it, never older than
/// begin_walk. The final numbers of a task come once, by on_died or in on_unnamed, before it is freed; no later walk samples it. A thread
/// may die after the leader of its process was freed.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_fork(const Forked&) = 0;
  virtual void on_exec(const Execed&) = 0;
  virtual void on_rename(const Changed&) = 0;
  virtual void on_move(const Changed&) = 0;
  virtual void on_died(const Final&) = 0;   ///< past its last switch; a leader is a zombie from now on, until it is freed
  virtual void on_freed(const Freed&) = 0;  ///< nothing of this task will be seen again (but by a late walk)

  virtual void on_cgroup_named(const CgroupNamed&) = 0;
  virtual void on_cgroup_removed(std::uint64_t id) = 0;  ///< nobody is in it; records of those who were may follow

  virtual void begin_walk(std::uint64_t boottime_ns, Zombies zombies) = 0;  ///< taken before anything of the walk is read
  virtual void on_sample(const Observation&) = 0;  ///< a task that lives, or one that died before the source's time
  virtual void on_zombie(const Zombie&) = 0;       ///< any other task that died; on_died tells of it
  virtual void on_holding(const Holding&) = 0;     ///< a living process
  virtual void on_unnamed(const Unnamed&) = 0;     ///< cumulative
  virtual void on_estimated(const Estimated&) = 0;
  virtual void end_walk(std::uint64_t boottime_ns) = 0;
};

}  // namespace procledger::event
