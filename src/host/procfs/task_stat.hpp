// SPDX-License-Identifier: Apache-2.0
// Parsers of the stat and schedstat files of a process or of one of its threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// Values of a stat file. /proc/PID/stat has those of the process, with exited threads; /proc/PID/task/TID/stat those of one thread. Times
/// are whole ticks.
struct TaskStat {
  std::string_view comm;  ///< a view into the parsed text: any bytes except NUL
  char state{};           ///< as in proc(5): 'R', 'S', 'Z', ...
  bool kernel_thread{};
  std::uint32_t ppid{};  ///< 0: no parent, or a parent outside this pid namespace
  std::uint32_t threads{};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::uint64_t children_minor_faults{};  ///< of reaped children, with their own child usage
  std::uint64_t children_major_faults{};
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
  std::uint64_t children_user_ns{};  ///< of reaped children, too; in a thread's file that of its process
  std::uint64_t children_system_ns{};
  std::uint64_t start_boottime_ns{};  ///< CLOCK_BOOTTIME
};

/// Parses the text of a stat file. The comm may hold any bytes, also parentheses, blanks and newlines. The text must outlive the result.
/// @param user_hz  as for parse_cpu_times
/// @error  kMalformed
/// @source fs/proc/array.c:do_task_stat
[[nodiscard]] Result<TaskStat> parse_task_stat(std::string_view text, std::uint64_t user_hz);

/// Scheduler values of one thread. /proc/PID/schedstat, too, is that of one thread: the leader.
struct Schedstat {
  std::uint64_t run_ns{};
  std::uint64_t wait_ns{};  ///< runnable but not running
  std::uint64_t slices{};   ///< number of times that the thread got a CPU; 0: it never ran, or this kernel does not keep these values
};

/// Parses the text of a schedstat file.
/// @error  kMalformed
/// @source fs/proc/base.c:proc_pid_schedstat
[[nodiscard]] Result<Schedstat> parse_schedstat(std::string_view text);

}  // namespace procledger::procfs
