// SPDX-License-Identifier: Apache-2.0
// The CPU time of a process and of a thread on this machine: the unit of every bound that depends on the speed of the machine.
#pragma once

#include <cstdint>

#include "base/result.hpp"

namespace procledger::test {

/// CPU time that the kernel charges to the cgroup of a load, independent of procledger.
struct MachineCosts {
  std::uint64_t life_ns{};    ///< fork, exec, exit and wait of a small static program
  std::uint64_t thread_ns{};  ///< creation, exit and join of a thread

  [[nodiscard]] double life_seconds() const { return static_cast<double>(life_ns) / 1e9; }
};

/// The mean over 100 processes and 200 threads. Measured once per test, in a fraction of a second, and printed.
/// @error kPermission, kUnsupported, kIo: as Load::prepare and Load::wait
[[nodiscard]] Result<MachineCosts> machine_costs();

}  // namespace procledger::test
