// SPDX-License-Identifier: Apache-2.0
// The objects between a source and its snapshots, and the daemon's own metrics, built for serve, once and check-config.
#pragma once

#include <memory>
#include <string>

#include "collector/pipeline.hpp"
#include "commands/serve/options.hpp"
#include "exposition/daemon_metrics.hpp"
#include "host/sampler/background_sampler.hpp"
#include "sources/probe/source_selector.hpp"

namespace procledger::commands {

/// Owns a source, the ledger, the grouping and the background sampler, and connects them. Cannot be moved: the members refer to each other.
/// serve, once and check-config build one each. Collects nothing itself: the collection pipeline uses `parts()`.
struct Accounting {
  Accounting(event::CreatedSource chosen, const CollectOptions& options, const collector::Rules& rules);
  Accounting(const Accounting&) = delete;
  Accounting& operator=(const Accounting&) = delete;

  /// Starts the background sampler, which takes the values that are too expensive for a scrape.
  /// @param cpu_share  the part of one CPU that the sampler may use
  /// @error  as BackgroundSampler::start
  [[nodiscard]] Result<void> start_background_sampler(const CollectOptions& options, double cpu_share);

  [[nodiscard]] collector::Dependencies parts() { return {source, ledger, lookup, grouping, host, slow.get()}; }
  [[nodiscard]] collector::PipelineOptions pipeline_options(const CollectOptions& options) const;

  std::unique_ptr<event::Source> source;
  std::string name;    ///< of the source at the start; the collecting thread may replace the source later
  std::string reason;  ///< the word of the label `reason` for this source
  std::string why;     ///< for the log: the reason why no better source is in use
  collector::FileHostLookup lookup;
  grouping::Grouping grouping;
  ledger::HostLedger host;
  ledger::Ledger ledger;
  std::unique_ptr<sampler::BackgroundSampler> slow;
};

/// The process_* metrics of this process.
[[nodiscard]] std::shared_ptr<exposition::ProcessMetrics> process_metrics(const CollectOptions& options);

}  // namespace procledger::commands
