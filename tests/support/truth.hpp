// SPDX-License-Identifier: Apache-2.0
// The check of most truth tests: the groups of a load show the CPU time that the kernel charged to its cgroup, and every exit once.
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

/// The counts of the kernel and of the daemon for a load, as growth since its start.
struct TruthReport {
  double truth_seconds{};  ///< growth of the cgroup
  double shown_seconds{};  ///< growth of the groups
  Exposition before{};     ///< the page while the launcher waited
  Exposition after{};      ///< the page after the first page on which the values agreed, or the last page
  LoadResult load{};
  CgroupSplit split{};                        ///< growth of the tick samples of the cgroup
  std::vector<std::string> complaints{};      ///< counters that fell and scrapes that failed during the load
  std::chrono::milliseconds settled_after{};  ///< from the end of the load to the last page

  /// Growth of the exits of a group, for one reason or for all.
  [[nodiscard]] double exits(const std::string& group, const std::string& reason = {}) const;
  /// Growth of a sum.
  [[nodiscard]] double growth(const Selector& selector) const { return after.sum(selector) - before.sum(selector); }
};

/// Starts a prepared load and waits for its end, scraping every 0.5 s meanwhile. Then waits until the page agrees with the kernel, and
/// reads the page once more.
/// @param processes  the number of processes that will have exited, without the launcher; absent: the children of the launcher, plus the
///                   number that the load prints
[[nodiscard]] Result<TruthReport> observe(const DaemonProcess& daemon, const UniqueNames& names, Load& load,
                                          std::optional<std::uint64_t> processes,
                                          std::chrono::milliseconds deadline = std::chrono::minutes{5});

/// Fails the running test unless the CPU time agrees within the bound and no counter fell. Prints the values.
void expect_exact_cpu(const TruthReport& report);

}  // namespace procledger::test
