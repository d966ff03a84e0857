// SPDX-License-Identifier: Apache-2.0
// BPF programs of a daemon, whatever it was built from, and the kernel's own count of what they cost.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

struct procledger_bpf;

namespace procledger::bench {

/// The kernel times every BPF program while this exists (the same as sysctl kernel.bpf_stats_enabled, but it cannot be left behind).
[[nodiscard]] Result<UniqueFd> count_program_time();

/// What the kernel counted of a program while it timed programs.
struct RunTime {
  std::uint64_t ns{};
  std::uint64_t runs{};
};

[[nodiscard]] Result<RunTime> run_time(int program_fd);

/// Nanoseconds a run between two readings.
[[nodiscard]] double ns_per_run(const RunTime& before, const RunTime& after);

/// BPF programs that a process holds, found by its descriptors, so that programs of other daemons with the same names do not matter.
class DaemonPrograms {
 public:
  /// All of them.
  [[nodiscard]] static Result<DaemonPrograms> of(pid_t pid);
  /// Those on a tracepoint (tp_btf), whatever their names are. @error kUnsupported: none, or a kernel that does not say
  [[nodiscard]] static Result<DaemonPrograms> on_tracepoint(pid_t pid, const std::string& tracepoint);

  /// The time of all together, and the runs of the one that ran most: of programs on one tracepoint, the events that they saw.
  [[nodiscard]] Result<RunTime> run_time() const;

 private:
  std::vector<UniqueFd> programs_;
};

/// A program that does nothing, attached as long as this exists.
class EmptyProgram {
 public:
  [[nodiscard]] static Result<EmptyProgram> attach();
  [[nodiscard]] int fd() const;

 private:
  struct Destroy {
    void operator()(procledger_bpf* skeleton) const noexcept;
  };
  explicit EmptyProgram(std::unique_ptr<procledger_bpf, Destroy> skeleton) : skeleton_{std::move(skeleton)} {}

  std::unique_ptr<procledger_bpf, Destroy> skeleton_;
};

}  // namespace procledger::bench
