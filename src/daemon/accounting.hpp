// SPDX-License-Identifier: Apache-2.0
// The books of one source, put together.
#pragma once

#include "collector/books.hpp"
#include "daemon/options.hpp"
#include "daemon/sources.hpp"
#include "slowlane/slow_lane.hpp"

namespace procledger::daemon {

/// Everything between a source and its snapshots. Stays where it was made: its parts refer to each other.
struct Accounting {
  explicit Accounting(ChosenSource chosen)
      : source{std::move(chosen.source)}, reason{std::move(chosen.reason)}, ledger{grouping, {.attached_ns = source->attached_ns()}} {}
  Accounting(const Accounting&) = delete;
  Accounting& operator=(const Accounting&) = delete;

  /// Has what is too dear for a scrape taken in the background, if that is asked for.
  /// @param cpu_share  of one CPU that it may use
  [[nodiscard]] Result<void> start_slow_lane(const Options& options, double cpu_share);

  [[nodiscard]] collector::Parts parts() { return {*source, ledger, grouping, host, slow.get()}; }
  [[nodiscard]] collector::BooksOptions books_options(const Options& options) const {
    return {.procfs = options.procfs,
            .passwd = "/etc/passwd",
            .source_reason = reason,
            .slow = {.pss = options.pss, .sockets = options.sockets}};
  }

  std::unique_ptr<source::Source> source;
  std::string reason;
  grouping::Grouping grouping{grouping::Limits{}};
  ledger::HostLedger host;
  ledger::Ledger ledger;
  std::unique_ptr<slowlane::SlowLane> slow;
};

inline Result<void> Accounting::start_slow_lane(const Options& options, double cpu_share) {
  if (!options.pss && !options.sockets) return {};
  auto started = slowlane::SlowLane::start({.procfs = options.procfs, .interval = options.slow_interval, .cpu_share = cpu_share});
  if (!started) return tl::unexpected{std::move(started).error()};
  slow = std::move(*started);
  return {};
}

}  // namespace procledger::daemon
