// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "exposition/host_metrics.hpp"

namespace procledger::exposition {

/// The snapshot for programs that are not scrapers: the same figures as the metrics page, seconds and counts. What is unknown has no key.
[[nodiscard]] std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build);

}  // namespace procledger::exposition
