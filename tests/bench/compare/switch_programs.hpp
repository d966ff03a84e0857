// SPDX-License-Identifier: Apache-2.0
// The BPF programs of a daemon of any build, and their cost by the count of the kernel.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

struct empty_bpf;

namespace procledger::bench {

/// The kernel measures every BPF program while the descriptor is open (as sysctl kernel.bpf_stats_enabled, but never left on).
[[nodiscard]] Result<UniqueFd> count_program_time();

/// The time and the runs of a program that the kernel measured.
struct RunTime {
  std::uint64_t ns{};
  std::uint64_t runs{};
};

[[nodiscard]] Result<RunTime> run_time(int program_fd);

/// Nanoseconds per run between two readings.
[[nodiscard]] double ns_per_run(const RunTime& before, const RunTime& after);

/// The BPF programs of a process, by its descriptors, so that programs of other daemons with the same names do not count.
class DaemonPrograms {
 public:
  /// All programs of the process.
  [[nodiscard]] static Result<DaemonPrograms> of(pid_t pid);
  /// The programs on a tracepoint (tp_btf), by any name. @error kUnsupported: none, or a kernel that does not report tracepoints
  [[nodiscard]] static Result<DaemonPrograms> on_tracepoint(pid_t pid, const std::string& tracepoint);

  /// The total time of the programs, and the maximum of their runs: for programs on one tracepoint, the number of events.
  [[nodiscard]] Result<RunTime> run_time() const;

 private:
  std::vector<UniqueFd> programs_;
};

/// A program that does nothing. Attached while the object exists.
class EmptyProgram {
 public:
  [[nodiscard]] static Result<EmptyProgram> attach();
  [[nodiscard]] int fd() const;

 private:
  struct Destroy {
    void operator()(empty_bpf* skeleton) const noexcept;
  };
  explicit EmptyProgram(std::unique_ptr<empty_bpf, Destroy> skeleton) : skeleton_{std::move(skeleton)} {}

  std::unique_ptr<empty_bpf, Destroy> skeleton_;
};

}  // namespace procledger::bench
