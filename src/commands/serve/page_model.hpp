// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commands/serve/options.hpp"
#include "exposition/host_metrics.hpp"
#include "exposition/process_exporter_metrics.hpp"

namespace procledger::commands {

/// Whose metrics are served.
[[nodiscard]] inline exposition::PageModel page_model(const Options& options) {
  if (!options.compat) return exposition::native_model(exposition::this_build());
  return exposition::process_exporter_model({.threads = options.compat->threads,
                                             .proportional_memory = options.compat->gather_smaps,
                                             .remove_empty_groups = options.compat->remove_empty_groups},
                                            exposition::this_build());
}

}  // namespace procledger::commands
