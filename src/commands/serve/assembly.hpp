// SPDX-License-Identifier: Apache-2.0
// The books of one source, put together.
#pragma once

#include <memory>
#include <string>

#include "collector/pipeline.hpp"
#include "commands/serve/options.hpp"
#include "host/sampler/background_sampler.hpp"
#include "sources/probe/source_selector.hpp"

namespace procledger::commands {

/// Everything between a source and its snapshots. Stays where it was made: its parts refer to each other.
struct Accounting {
  Accounting(event::SuppliedSource chosen, const CollectOptions& options, const collector::Rules& rules);
  Accounting(const Accounting&) = delete;
  Accounting& operator=(const Accounting&) = delete;

  /// Has what is too dear for a scrape taken in the background.
  /// @param cpu_share  of one CPU that it may use
  [[nodiscard]] Result<void> start_slow_lane(const CollectOptions& options, double cpu_share);

  [[nodiscard]] collector::Parts parts() { return {source, ledger, lookup, grouping, host, slow.get()}; }
  [[nodiscard]] collector::BooksOptions books_options(const CollectOptions& options) const;

  std::unique_ptr<event::Source> source;
  std::string name;  ///< of the source at the start: the collecting thread may replace it
  std::string reason;
  std::string why;  ///< a line for the log: why none that is better
  collector::FileHostLookup lookup;
  grouping::Grouping grouping;
  ledger::HostLedger host;
  ledger::Ledger ledger;
  std::unique_ptr<sampler::SlowLane> slow;
};

}  // namespace procledger::commands
