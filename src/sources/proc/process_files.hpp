// SPDX-License-Identifier: Apache-2.0
// Reads the files of one process in /proc into plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/task_stat.hpp"
#include "host/procfs/task_status.hpp"
#include "sources/proc/cgroup_ids.hpp"

namespace procledger::proc {

/// Files that this process can read on this host.
struct Readable {
  bool schedstat{};  ///< CONFIG_SCHED_INFO: without schedstat, CPU time of threads has the resolution of a tick
  bool io{};         ///< /proc/PID/io, of other users as well
  bool fd_sizes{};   ///< the size of an fd directory is the number of its entries, since 6.2 (fs/proc/fd.c:proc_fd_getattr)
};

/// An open directory /proc/PID and its stat. Reads through the directory never show a later process with the same PID.
struct OpenProcess {
  UniqueFd dir;
  procfs::TaskStat stat;  ///< without its comm, which is in `comm`
  event::Comm comm;
};

/// One thread as /proc shows it now.
struct ThreadReading {
  std::uint64_t start_boottime_ns{};
  event::State state{event::State::kOther};
  event::Comm comm;
  event::TaskCounters shown;
};

/// Opens processes and reads their files. Owns the open /proc directory and the read buffers. ProcessReader calls it. Remembers no process.
class ProcessFiles {
 public:
  ProcessFiles(const std::string& procfs, Readable readable, CgroupIds cgroups);

  /// @return absent: the process is gone, or this user may not read it; `error()` is the errno
  [[nodiscard]] std::optional<OpenProcess> open(std::uint32_t tgid);
  [[nodiscard]] int error() const { return error_; }

  /// TIDs of the threads that exist now; empty: the process is gone.
  [[nodiscard]] const std::vector<std::uint32_t>& threads(const OpenProcess& process);

  /// CPU time and run-queue wait of a thread, which show whether it ran. Absent: the kernel keeps no schedstat, or the thread is gone.
  [[nodiscard]] std::optional<procfs::Schedstat> ran(const OpenProcess& process, std::uint32_t tid);
  /// All other values of a thread. Absent: the thread is gone.
  [[nodiscard]] std::optional<ThreadReading> thread(const OpenProcess& process, std::uint32_t tid);
  /// Uid, memory and signal dispositions. `tid` is a living thread: an exited leader has no memory.
  [[nodiscard]] std::optional<procfs::TaskStatus> status(const OpenProcess& process, std::uint32_t tid);

  /// Absent, all three: unknown at this moment.
  [[nodiscard]] std::optional<std::uint64_t> cgroup(const OpenProcess& process);
  [[nodiscard]] std::optional<std::uint64_t> open_files(const OpenProcess& process, std::uint32_t tid) const;
  [[nodiscard]] std::optional<std::uint64_t> file_limit(const OpenProcess& process);

  /// Begins a scan: drops cached cgroup ids.
  void begin() { cgroups_.forget(); }
  [[nodiscard]] const Readable& readable() const { return readable_; }

 private:
  [[nodiscard]] procfs::ReadText read(const OpenProcess& process, std::uint32_t tid, const char* name);

  UniqueFd root_;
  Readable readable_;
  CgroupIds cgroups_;
  procfs::Reader reader_;
  std::uint64_t user_hz_;
  int error_{};
  std::vector<std::uint32_t> threads_;
};

}  // namespace procledger::proc
