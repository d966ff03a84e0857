// SPDX-License-Identifier: Apache-2.0
// Brings what is remembered of one process up to date.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sources/proc/process_files.hpp"
#include "sources/proc/record.hpp"

namespace procledger::proc {

class ProcessReader {
 public:
  explicit ProcessReader(ProcessFiles files) : files_{std::move(files)} {}

  [[nodiscard]] ProcessFiles& files() { return files_; }

  /// @param clock_ns  the process CPU clock, read before `process` was opened
  /// @param all  also what changes without the process having run
  /// @param[out] ended  threads that are gone since the last time are added; their totals are in `record.ended` from then on
  /// @return  false: it is gone, or nearly; `record` is as it was
  bool read(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool all, std::vector<ThreadRecord>& ended);

 private:
  bool read_threads(const ProcessRecord& record, const OpenProcess& process, bool all);
  bool read_thread(const ProcessRecord& record, const OpenProcess& process, std::uint32_t tid, bool all);
  [[nodiscard]] std::optional<procfs::TaskStatus> status_of(const OpenProcess& process, std::uint32_t tgid);
  void adopt_threads(ProcessRecord& record, std::vector<ThreadRecord>& ended);
  void share_out(ProcessRecord& record, const OpenProcess& process, std::uint64_t clock_ns, bool thread_ended);
  void read_holding(ProcessRecord& record, const OpenProcess& process, bool all);
  void describe(ProcessRecord& record, const OpenProcess& process, std::uint32_t uid);

  ProcessFiles files_;
  std::vector<ThreadRecord> now_;  ///< threads of the process being read
  std::optional<procfs::TaskStatus> leader_status_;
};

}  // namespace procledger::proc
