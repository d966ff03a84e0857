// SPDX-License-Identifier: Apache-2.0
// A process that runs the steps of its test one by one (tests/testprogs/act.c), in a cgroup that counts its CPU time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/child.hpp"
#include "support/cpu_cgroup.hpp"

namespace procledger::test {

class Actor {
 public:
  /// Starts the process and waits until it sleeps at its first step, which has to be a `pause`.
  /// @param program  a path to act, which is also the name of the process
  /// @param cgroup   outlives the actor
  [[nodiscard]] static Result<Actor> start(const std::string& program, const std::vector<std::string>& steps, const CpuCgroup& cgroup);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }

  /// Ends a `pause`, and waits until the actor reaches `pauses` more pauses and every task of the cgroup sleeps. Then the kernel has
  /// charged all CPU time.
  /// @error kIo: not in time
  [[nodiscard]] Result<void> to_pause(std::size_t pauses = 1);
  /// Ends every pause, and waits until the cgroup is empty.
  /// @error kIo: not in time, or the actor failed
  [[nodiscard]] Result<void> to_end();

 private:
  Actor(Child child, UniqueFd go, UniqueFd parked, const CpuCgroup& cgroup)
      : child_{std::move(child)}, go_{std::move(go)}, parked_{std::move(parked)}, cgroup_{&cgroup} {}

  [[nodiscard]] bool rests() const;
  [[nodiscard]] bool reached(std::size_t pauses) const;

  Child child_;
  UniqueFd go_;
  UniqueFd parked_;
  const CpuCgroup* cgroup_;
  std::size_t pauses_{};
};

}  // namespace procledger::test
