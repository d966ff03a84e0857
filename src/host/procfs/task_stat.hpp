// SPDX-License-Identifier: Apache-2.0
// What the stat and schedstat files tell of a process or of one of its threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// /proc/PID/stat speaks for the process, dead threads included; /proc/PID/task/TID/stat for one thread. Times are whole ticks.
struct TaskStat {
  std::string_view comm;  ///< into the text that was parsed: anything but NUL
  char state{};           ///< as proc(5) has it: 'R', 'S', 'Z', ...
  bool kernel_thread{};
  std::uint32_t ppid{};  ///< 0: none, or one that cannot be seen from here
  std::uint32_t threads{};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::uint64_t children_minor_faults{};  ///< of reaped children, with all that those had reaped
  std::uint64_t children_major_faults{};
  std::uint64_t user_ns{};
  std::uint64_t system_ns{};
  std::uint64_t children_user_ns{};  ///< likewise; of a thread's process, not its own
  std::uint64_t children_system_ns{};
  std::uint64_t birth_ns{};  ///< CLOCK_BOOTTIME
};

/// Parses the text of a stat file. The comm may hold anything, also parentheses, blanks and newlines. The text must outlive the result.
/// @param user_hz  as for parse_cpu_times
/// @error  kMalformed
/// @source fs/proc/array.c:do_task_stat
[[nodiscard]] Result<TaskStat> parse_task_stat(std::string_view text, std::uint64_t user_hz);

/// Of one thread, /proc/PID/schedstat too.
struct Schedstat {
  std::uint64_t run_ns{};
  std::uint64_t wait_ns{};  ///< runnable but not running
  std::uint64_t slices{};   ///< times that it was given a CPU; 0: it never ran, or this kernel does not keep these figures
};

/// Parses the text of a schedstat file.
/// @error  kMalformed
/// @source fs/proc/base.c:proc_pid_schedstat
[[nodiscard]] Result<Schedstat> parse_schedstat(std::string_view text);

}  // namespace procledger::procfs
