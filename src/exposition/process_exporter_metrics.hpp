// SPDX-License-Identifier: Apache-2.0
// The page of process-exporter, from our figures: its names and labels, without its defects. What differs is in docs/compat.md.
#pragma once

#include "exposition/host_metrics.hpp"

namespace procledger::exposition {

/// As its flags have it.
struct CompatPage {
  bool threads{true};              ///< the families by thread name
  bool proportional_memory{true};  ///< where the snapshot knows it
  bool remove_empty_groups{};      ///< a group goes with its last process; its counters go on if it comes back
};

/// Counters of groups, and gauges as 0, stay when a group is empty, unless that is asked for otherwise.
[[nodiscard]] PageModel process_exporter_model(CompatPage options, Build build);

}  // namespace procledger::exposition
