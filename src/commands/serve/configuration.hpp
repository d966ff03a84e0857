// SPDX-License-Identifier: Apache-2.0
// The configuration in force: the file's, or the default one, with what flags say laid over it.
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

struct Configuration {
  config::Config config;
  collector::Rules rules{};  ///< `config`, compiled
  std::string warnings;      ///< one a line, as format(Diagnostic); empty if there are none
};

/// Reads what the options name. Nothing of a configuration with an error is used.
/// @error  kUsage: all that is wrong, one a line, each with file, line and column
[[nodiscard]] Result<Configuration> load_configuration(const CollectOptions& options);

/// Whose metrics are served.
[[nodiscard]] inline exposition::PageModel page_model(const CollectOptions& options, exposition::DaemonMetrics daemon = {}) {
  if (!options.compat) return exposition::native_model(exposition::this_build(), std::move(daemon));
  return exposition::process_exporter_model({.threads = options.compat->threads,
                                             .proportional_memory = options.compat->gather_smaps,
                                             .remove_empty_groups = options.compat->remove_empty_groups},
                                            exposition::this_build(), std::move(daemon));
}

}  // namespace procledger::commands
