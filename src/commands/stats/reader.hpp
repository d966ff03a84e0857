// SPDX-License-Identifier: Apache-2.0
// Reads single processes from /proc.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/stats/reading.hpp"
#include "host/procfs/process_dir.hpp"
#include "sources/proc/cpu_clock.hpp"

namespace procledger::stats {

/// Takes readings of processes for `stats`. Keeps nothing between two calls.
class Reader {
 public:
  /// @param procfs  the mount point
  /// @param clock   outlives the reader
  Reader(std::string procfs, proc::CpuClock& clock) : procfs_{std::move(procfs)}, clock_{clock} {}

  /// Reads these processes; the result leaves out processes that exited.
  /// @param sockets  also read sockets: one read of the socket tables of each network namespace, for all processes together
  [[nodiscard]] std::vector<Reading> read(const std::vector<ProcessKey>& processes, bool sockets) const;

 private:
  [[nodiscard]] Result<Reading> read(const ProcessKey& key) const;
  [[nodiscard]] Result<void> read_process_files(Reading& reading) const;
  void add_sockets(std::vector<Reading>& readings) const;

  std::string procfs_;
  proc::CpuClock& clock_;
};

/// The memory of the host in bytes: MemTotal of /proc/meminfo.
/// @error  kMalformed: no MemTotal; or as read_file
[[nodiscard]] Result<std::uint64_t> host_memory(const std::string& procfs);

}  // namespace procledger::stats
