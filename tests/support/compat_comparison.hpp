// SPDX-License-Identifier: Apache-2.0
// Compares two pages of process-exporter's metrics: from process-exporter and from procledger.
#pragma once

#include <string>
#include <vector>

#include "support/exposition.hpp"

namespace procledger::test {

/// The pages and the groups to compare. Other processes of the host change between two scrapes.
struct ComparedPages {
  const Exposition& theirs;
  const Exposition& ours;
  std::string group_prefix;       ///< of the names of groups to compare
  double switches_before_exec{};  ///< at most, of all processes: process-exporter counts these for the program after the exec
};

/// The differences in families and their types, in series, and in values beyond the allowed difference, one per line. Not compared: metrics
/// by thread name, which process-exporter lacks for processes with one thread, and the values of namedprocess_scrape_*.
[[nodiscard]] std::vector<std::string> compat_differences(const ComparedPages& pages);

/// The differences of metrics by thread name: series that only process-exporter has, and different counts of threads.
[[nodiscard]] std::vector<std::string> thread_series_differences(const ComparedPages& pages);

}  // namespace procledger::test
