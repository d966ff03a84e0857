// SPDX-License-Identifier: Apache-2.0
// Looks through /proc for the processes that were asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/stats/reading.hpp"
#include "commands/stats/selection.hpp"

namespace procledger::stats {

struct Found {
  std::vector<ProcessKey> processes;  ///< by number; who has ended and only waits to be reaped is not among them
  std::uint64_t hidden{};             ///< would be wanted, but for the environment, which may not be read
};

/// @param passwd  the file with the names of users
/// @error  kUsage, kPermission, kIo: there is no /proc that we could read
[[nodiscard]] Result<Found> find_processes(const std::string& procfs, const std::string& passwd, const Selection& selection);

}  // namespace procledger::stats
