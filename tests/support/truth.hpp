// SPDX-License-Identifier: Apache-2.0
// The one question of most truth tests: do the groups of a load show what the kernel charged to its cgroup, and every exit once?
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/load.hpp"
#include "support/scraper.hpp"

namespace procledger::test {

inline constexpr const char* kGroupCpu = "procledger_group_cpu_seconds_total";
inline constexpr const char* kGroupExits = "procledger_group_exits_total";

/// 0.1 % of the truth, or 2 ms if that is more.
[[nodiscard]] double allowed_cpu_error(double truth_seconds);

/// What both sides said about a load, as growth since it was let go.
struct TruthReport {
  double truth_seconds{};  ///< the cgroup's growth
  double shown_seconds{};  ///< the groups' growth
  Exposition before{};     ///< the page while the launcher waited
  Exposition after{};      ///< the page after the one on which the values agreed, or the last one tried
  LoadResult load{};
  CgroupSplit split{};                        ///< growth of the cgroup's tick samples
  std::vector<std::string> complaints{};      ///< counters that fell and scrapes that failed meanwhile
  std::chrono::milliseconds settled_after{};  ///< from the end of the load to the last page

  /// Growth of all exits of one group, of any reason or of the one given.
  [[nodiscard]] double exits(const std::string& group, const std::string& reason = {}) const;
  /// Growth of a sum.
  [[nodiscard]] double growth(const Selector& selector) const { return after.sum(selector) - before.sum(selector); }
};

/// Lets a prepared load go and waits for its end, scraping every 0.5 s all the while. Then the page has time to agree with the kernel, and
/// is read once more.
/// @param processes  how many processes will have exited, the launcher not counted; absent: the launcher's children, and as many more as
///                   the load prints
[[nodiscard]] Result<TruthReport> observe(const DaemonProcess& daemon, const UniqueNames& names, Load& load,
                                          std::optional<std::uint64_t> processes,
                                          std::chrono::milliseconds deadline = std::chrono::minutes{5});

/// Fails the running test unless CPU agrees within the bound and no counter fell. Prints the figures.
void expect_exact_cpu(const TruthReport& report);

}  // namespace procledger::test
