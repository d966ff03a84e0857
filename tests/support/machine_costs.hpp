// SPDX-License-Identifier: Apache-2.0
// What processes and threads cost on this machine at this moment: the unit of every bound that the speed of a machine decides.
#pragma once

#include <cstdint>

#include "base/result.hpp"

namespace procledger::test {

/// CPU time as the kernel charges it to the cgroup of a load, so that no figure comes from a source of ours.
struct MachineCosts {
  std::uint64_t life_ns{};    ///< fork, exec and exit of a small static program, and waiting for it
  std::uint64_t thread_ns{};  ///< creating a thread that ends at once, and joining it

  [[nodiscard]] double life_seconds() const { return static_cast<double>(life_ns) / 1e9; }
};

/// The mean over 100 processes and 200 threads; measured once in a test, in a fraction of a second, and printed.
/// @error kPermission, kUnsupported, kIo: as Load::prepare and Load::wait
[[nodiscard]] Result<MachineCosts> machine_costs();

}  // namespace procledger::test
