// SPDX-License-Identifier: Apache-2.0
// Looks at single processes through /proc.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/stats/reading.hpp"
#include "host/procfs/process_dir.hpp"
#include "sources/proc/cpu_clock.hpp"

namespace procledger::stats {

class Reader {
 public:
  /// @param procfs  where it is mounted
  /// @param clock   outlives the reader
  Reader(std::string procfs, proc::CpuClock& clock) : procfs_{std::move(procfs)}, clock_{clock} {}

  /// What there is to know of these; who has ended is not among them.
  /// @param sockets  also what they have open to others: reads the tables of their network namespaces, once for all
  [[nodiscard]] std::vector<Reading> read(const std::vector<ProcessKey>& processes, bool sockets) const;

 private:
  [[nodiscard]] Result<Reading> read(const ProcessKey& key) const;
  [[nodiscard]] Result<void> read_process_files(Reading& reading) const;
  void add_sockets(std::vector<Reading>& readings) const;

  std::string procfs_;
  proc::CpuClock& clock_;
};

/// Bytes of memory that the host has: MemTotal of /proc/meminfo.
[[nodiscard]] Result<std::uint64_t> host_memory(const std::string& procfs);

}  // namespace procledger::stats
