// SPDX-License-Identifier: Apache-2.0
// The events that a source emits, and the interface that receives them. Views inside an event are valid only during the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/event/observation.hpp"

namespace procledger::event {

/// Memory of one address space, in bytes. Resident memory is anonymous, file and shared memory together, as in /proc/PID/status.
struct Memory {
  std::uint64_t anonymous{};
  std::uint64_t file{};
  std::uint64_t shared{};  ///< tmpfs, System V and shared anonymous mappings
  std::uint64_t swapped{};
  std::uint64_t mapped{};   ///< virtual size
  std::uint64_t hugetlb{};  ///< huge pages of hugetlbfs; neither resident nor shared
  std::uint64_t peak{};     ///< largest resident size so far
  [[nodiscard]] std::uint64_t resident() const { return anonymous + file + shared; }
};

struct Files {
  std::uint64_t open{};
  std::uint64_t limit{};  ///< soft RLIMIT_NOFILE
};

/// Memory and open files of a live process, as of the scan.
struct ProcessUsage {
  ProcessId process;
  std::uint64_t start_boottime_ns{};  ///< start time of its leader, CLOCK_BOOTTIME
  std::optional<Memory> memory;       ///< absent where the address space is reported with another process (between vfork and exec)
  std::optional<Files> files;
};

/// A new process. New threads have no event: scans and exit records suffice for them.
struct Forked {
  Observation child;
  ProcessId creator;  ///< process that called fork; not the parent under CLONE_PARENT
};

/// The process runs another program from now on. The totals, pending time included, belong to the old program.
struct Execed {
  Observation task;
  std::string_view filename;               ///< as passed to execve
  std::optional<std::string_view> args;    ///< NUL between arguments; absent when unreadable
  std::optional<std::string_view> path{};  ///< of the executable, as the process sees it; absent unless requested and readable
  std::optional<std::string_view> env{};   ///< environment, NUL between variables; absent unless requested and readable
  bool filename_cut{};
  bool args_cut{};
  bool path_cut{};  ///< the first components are missing
  bool env_cut{};
  std::uint32_t previous_tid{};  ///< tid of the caller before exec; differs when a non-leader called exec and took its leader's place
  [[nodiscard]] bool from_thread() const { return previous_tid != task.tid; }
  std::uint64_t time_ns{};
};

/// The name or the cgroup of the leader changed without exec.
struct Changed {
  Observation task;
  std::uint64_t time_ns{};
};

/// The final totals of a task that exited.
struct TaskExit {
  Observation task;
  std::uint64_t exit_boottime_ns{};     ///< CLOCK_BOOTTIME of the last context switch
  std::optional<std::uint64_t> peak{};  ///< largest resident size of the process, bytes; only once the process has exited
  bool autoreaped{};                    ///< of a leader: no parent waits for it, and the kernel credits no process
  bool status_known{true};              ///< false: the exit status is unknown, and the task does not count as an exit
};

/// The kernel has released the task (release_task). For a leader: the process was reaped.
struct TaskRelease {
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent{};  ///< a hint: the process that the kernel credited, unless the pointer dangled
  std::uint32_t tid{};
  std::uint32_t exit_status{};  ///< status of the process for a leader with `group_exit`; else status of the task
  bool leader{};
  bool group_exit{};        ///< the exit record of a leader that exited before its threads may not have the flag yet
  bool autoreaped{};        ///< of a leader: its parent, as of now, does not wait for it
  std::uint64_t time_ns{};  ///< CLOCK_BOOTTIME; the kernel may reuse the handle from now on
};

/// Which exited tasks a scan lists: all of them, or only tasks whose exit may not have been reported yet.
enum class Zombies : std::uint8_t { kListed, kLeftOut };

/// A task at or past its last context switch that is not reaped.
struct Zombie {
  TaskId task;
  ProcessId process;
  std::optional<ProcessId> parent{};
  bool leader{};
};

/// Estimated CPU time: child usage that the kernel credited to a reaper, minus the CPU time that the source reported for the children. The
/// children started and exited between two scans, or ran on after their last scan. The event is an increment, reported once.
struct Estimated {
  ProcessId process;                  ///< process whose group is charged: the reaper, or the child itself where the child is known
  std::uint64_t start_boottime_ns{};  ///< start time of its leader
  ProcessId reaper;
  std::uint64_t reaper_start_ns{};
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
};

/// The path of a cgroup of the authoritative hierarchy from now on.
struct CgroupNamed {
  std::uint64_t id{};
  std::string_view path;  ///< from the root of the hierarchy
  bool path_cut{};
};

/// Unattributed exit records: sums over exited tasks whose records did not arrive, since the source started. The tasks are unknown. The
/// sums include time before attach. The source reads the sums before any sample of the same scan. A leader counts as an exit when the
/// leader exits.
struct UnattributedExits {
  std::uint64_t tasks{};
  TaskCounters total;
  std::uint64_t exits_ok{};
  std::uint64_t exits_error{};
  std::uint64_t exits_signal{};
};

/// Receives every event of a source. The ledger implements the interface; a source calls it from one thread.
///
/// Life-cycle events (fork, exec, rename, move, exit, release) come in the order in which they happened, each at most once. Any of them may
/// be missing. A collection is begin_scan, any life-cycle events, then the scan's own on_sample / on_zombie / on_process_usage /
/// on_unattributed / on_estimated in any order, then end_scan. These may have older data than a life-cycle event before them, but never
/// older than begin_scan. The final totals of a task come once, by on_exit or in on_unattributed, before its release; no later scan
/// samples the task. A thread may exit after the release of its leader.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_fork(const Forked&) = 0;
  virtual void on_exec(const Execed&) = 0;
  virtual void on_rename(const Changed&) = 0;
  virtual void on_move(const Changed&) = 0;
  virtual void on_exit(const TaskExit&) = 0;        ///< the task is past its last context switch; a leader is a zombie until its release
  virtual void on_release(const TaskRelease&) = 0;  ///< the last event of a task, except for a late scan

  virtual void on_cgroup_named(const CgroupNamed&) = 0;
  virtual void on_cgroup_removed(std::uint64_t id) = 0;  ///< the cgroup is empty; records of its former tasks may follow

  virtual void begin_scan(std::uint64_t boottime_ns, Zombies zombies) = 0;  ///< `boottime_ns` is taken before the scan reads anything
  virtual void on_sample(const Observation&) = 0;              ///< a live task, or a task that exited before the source started
  virtual void on_zombie(const Zombie&) = 0;                   ///< any other exited task; on_exit reports its totals
  virtual void on_process_usage(const ProcessUsage&) = 0;      ///< a live process
  virtual void on_unattributed(const UnattributedExits&) = 0;  ///< cumulative
  virtual void on_estimated(const Estimated&) = 0;
  virtual void end_scan(std::uint64_t boottime_ns) = 0;
};

}  // namespace procledger::event
