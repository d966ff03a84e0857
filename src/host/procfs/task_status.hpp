// SPDX-License-Identifier: Apache-2.0
// Parsers of the status, io and statm files of a process or of one of its threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// Memory from a status file, in bytes.
struct MemoryStatus {
  std::uint64_t anonymous{};
  std::uint64_t file{};
  std::uint64_t shared{};
  std::uint64_t swapped{};
  std::uint64_t mapped{};
  std::uint64_t peak{};
  std::uint64_t huge_pages{};  ///< pages of hugetlbfs, not part of the other fields; the file lacks it without CONFIG_HUGETLB_PAGE
};

/// The values of a status file.
struct TaskStatus {
  std::uint32_t effective_uid{};
  std::uint64_t voluntary_switches{};  ///< of this thread; /proc/PID/status has those of the leader only
  std::uint64_t involuntary_switches{};
  bool ignores_children{};             ///< SIGCHLD is ignored: the kernel reaps the children of this process and credits no process
  std::optional<MemoryStatus> memory;  ///< absent without an address space: kernel threads and exited processes
};

/// Parses the text of a status file.
/// @error  kMalformed: no effective uid
/// @source fs/proc/array.c:proc_pid_status, fs/proc/task_mmu.c:task_mem (the parts of the resident memory since 4.5)
[[nodiscard]] Result<TaskStatus> parse_task_status(std::string_view text);

struct TaskIo {
  std::uint64_t call_read_bytes{};
  std::uint64_t call_written_bytes{};
  std::uint64_t call_reads{};
  std::uint64_t call_writes{};
  std::uint64_t storage_read_bytes{};
  std::uint64_t storage_written_bytes{};
  std::uint64_t storage_cancelled_bytes{};
};

/// Parses the text of an io file. A thread's file has its own I/O; a process's file includes the I/O of its reaped children.
/// @error  kMalformed
/// @source fs/proc/base.c:do_io_accounting
[[nodiscard]] Result<TaskIo> parse_task_io(std::string_view text);

/// Parts of an address space from a statm file, in bytes. The kernel shows two more parts, "lib" and "dt", which are 0 since Linux 2.6.
struct MemoryParts {
  std::uint64_t mapped{};
  std::uint64_t resident{};
  std::uint64_t shared{};  ///< resident memory of files and shared memory
  std::uint64_t text{};    ///< mapped code of the program
  std::uint64_t data{};    ///< mapped as data and stack
};

/// Parses the text of /proc/<pid>/statm. All zero without an address space: kernel threads.
/// @error  kMalformed
/// @source fs/proc/array.c:proc_pid_statm
[[nodiscard]] Result<MemoryParts> parse_memory_parts(std::string_view text, std::uint64_t page_bytes);

}  // namespace procledger::procfs
