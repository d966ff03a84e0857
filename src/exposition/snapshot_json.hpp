// SPDX-License-Identifier: Apache-2.0
// Small: one output format; its code is long.
#pragma once

#include <string>

#include "core/metrics/snapshot.hpp"
#include "exposition/page_model.hpp"

namespace procledger::exposition {

/// The snapshot as JSON, for programs that are not scrapers: the values of the metrics page. An unknown value has no key.
[[nodiscard]] std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build, const DaemonMetrics& daemon = {},
                                        const metrics::MetricTable& table = metrics::metric_table());

}  // namespace procledger::exposition
