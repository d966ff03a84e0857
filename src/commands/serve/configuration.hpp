// SPDX-License-Identifier: Apache-2.0
// Loads the configuration: the file, or the default without one, overridden by flags. serve, once and check-config use it.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"
#include "collector/rules.hpp"
#include "commands/serve/options.hpp"
#include "core/config/config.hpp"
#include "exposition/page_model.hpp"
#include "exposition/process_exporter_metrics.hpp"

namespace procledger::commands {

/// A configuration without errors, and the rules compiled from it.
struct Configuration {
  config::Config config;
  collector::Rules rules{};  ///< `config`, compiled
  std::string warnings;      ///< one per line, as format(Diagnostic) writes them; empty: none
};

/// Reads and compiles the configuration that the options name. A file with one error is refused as a whole.
/// @error  kUsage: all errors, one per line, each with file, line and column
[[nodiscard]] Result<Configuration> load_configuration(const CollectOptions& options);

/// The model of the page: procledger's metrics, or those of process-exporter with --compat.
/// @param daemon  the daemon's own metrics. The page of process-exporter has no such metrics
[[nodiscard]] inline exposition::PageModel page_model(const CollectOptions& options, exposition::DaemonMetrics daemon = {}) {
  if (!options.compat) return exposition::native_model(exposition::this_build(), std::move(daemon));
  return exposition::process_exporter_model({.threads = options.compat->threads,
                                             .proportional_memory = options.compat->gather_smaps,
                                             .remove_empty_groups = options.compat->remove_empty_groups},
                                            exposition::this_build(), std::move(daemon));
}

}  // namespace procledger::commands
