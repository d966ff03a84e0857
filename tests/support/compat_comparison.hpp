// SPDX-License-Identifier: Apache-2.0
// Two pages of process-exporter's metrics, its own and ours, held against each other.
#pragma once

#include <string>
#include <vector>

#include "support/exposition.hpp"

namespace procledger::test {

/// Which groups are looked at: the host's other processes do not hold still between two scrapes.
struct ComparedPages {
  const Exposition& theirs;
  const Exposition& ours;
  std::string group_prefix;       ///< only of groups whose name begins so
  double switches_before_exec{};  ///< of all their processes, at most: theirs counts them for the program that a process became
};

/// What differs in families and their types, in series, and in values by more than they may: one line each. Left out are the metrics by
/// thread name, which process-exporter does not have of processes with one thread, and the values of namedprocess_scrape_*.
[[nodiscard]] std::vector<std::string> compat_differences(const ComparedPages& pages);

/// Of the metrics by thread name: series that are there and not here, and counts of threads that differ.
[[nodiscard]] std::vector<std::string> thread_series_differences(const ComparedPages& pages);

}  // namespace procledger::test
