// SPDX-License-Identifier: Apache-2.0
// The files of one process, read in one go into plain figures.
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

/// What can be read here at all.
struct Readable {
  bool schedstat{};  ///< CONFIG_SCHED_INFO: without it CPU time of threads comes in ticks
  bool io{};         ///< other users' included
  bool fd_sizes{};   ///< the size of an fd directory is the number of its entries: since 6.2 (fs/proc/fd.c:proc_fd_getattr)
};

/// An open directory of /proc and its stat file: what is read through it is of this process and of no later one with its number.
struct OpenProcess {
  UniqueFd dir;
  procfs::TaskStat stat;  ///< but the comm, which is in `comm`
  event::Comm comm;
};

/// One thread as the kernel shows it now.
struct ThreadReading {
  std::uint64_t birth_ns{};
  event::State state{event::State::kOther};
  event::Comm comm;
  event::Totals shown;
};

class ProcessFiles {
 public:
  ProcessFiles(const std::string& procfs, Readable readable, CgroupIds cgroups);

  /// @return absent: gone, or not for us to see: `error()` is the errno
  [[nodiscard]] std::optional<OpenProcess> open(std::uint32_t tgid);
  [[nodiscard]] int error() const { return error_; }

  /// Numbers of the threads that exist now; empty: gone.
  [[nodiscard]] const std::vector<std::uint32_t>& threads(const OpenProcess& process);

  /// CPU and run-queue figures alone, which say whether it ran. Absent where the kernel keeps none, and of a thread that is gone.
  [[nodiscard]] std::optional<procfs::Schedstat> ran(const OpenProcess& process, std::uint32_t tid);
  /// Everything of a thread but what ran() tells. Absent: gone.
  [[nodiscard]] std::optional<ThreadReading> thread(const OpenProcess& process, std::uint32_t tid);
  /// Who it is and what memory it has, as a living thread of it sees it.
  [[nodiscard]] std::optional<procfs::TaskStatus> status(const OpenProcess& process, std::uint32_t tid);

  /// Absent: cannot be known now.
  [[nodiscard]] std::optional<std::uint64_t> cgroup(const OpenProcess& process);
  [[nodiscard]] std::optional<std::uint64_t> open_files(const OpenProcess& process, std::uint32_t tid) const;
  [[nodiscard]] std::optional<std::uint64_t> file_limit(const OpenProcess& process);

  /// A new look begins.
  void begin() { cgroups_.forget(); }
  [[nodiscard]] const Readable& readable() const { return readable_; }

 private:
  [[nodiscard]] procfs::Looked read(const OpenProcess& process, std::uint32_t tid, const char* name);

  UniqueFd root_;
  Readable readable_;
  CgroupIds cgroups_;
  procfs::Reader reader_;
  std::uint64_t user_hz_;
  int error_{};
  std::vector<std::uint32_t> threads_;
};

}  // namespace procledger::proc
