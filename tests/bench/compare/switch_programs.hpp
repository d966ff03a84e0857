// SPDX-License-Identifier: Apache-2.0
// Programs on sched_switch, and the kernel's own count of what they cost.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

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

/// Ids of all loaded programs of that name.
[[nodiscard]] std::set<std::uint32_t> programs_named(const std::string& name);

/// The one that was loaded since. @error kUnsupported: none, or several
[[nodiscard]] Result<UniqueFd> program_loaded_since(const std::set<std::uint32_t>& before, const std::string& name);

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
