// SPDX-License-Identifier: Apache-2.0
// Scans /proc for the processes that a selection matches.
// Small: one search; the scan of /proc behind it is long.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/stats/reading.hpp"
#include "commands/stats/selection.hpp"

namespace procledger::stats {

/// The result of a scan.
struct Found {
  std::vector<ProcessKey> processes;  ///< by PID; without zombies
  std::uint64_t hidden{};             ///< processes that match but for an environment that cannot be read or is longer than 2 MiB
};

/// @param passwd  the file with the user names
/// @error  kUsage, kPermission, kIo: the procfs cannot be read
[[nodiscard]] Result<Found> find_processes(const std::string& procfs, const std::string& passwd, const Selection& selection);

}  // namespace procledger::stats
