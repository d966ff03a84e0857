// SPDX-License-Identifier: Apache-2.0
// How large a page gets, and what gives way when it would get too large. A walk over the table of metrics: nothing is rendered.
// Small: one limit.
#pragma once

#include <cstddef>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::metrics {

/// Sample lines of the page of this snapshot, as procledger_series tells them. A test holds it against the page.
[[nodiscard]] std::size_t count_series(const Snapshot& snapshot, const MetricTable& table = metric_table());

/// Takes detail rows out of the snapshot until its page has at most `max_series` series, and adds those series to
/// `snapshot.self.series_dropped`. Single threads give way first, then processes, then thread names; within a kind the last groups of the
/// page and their last rows, so that what stays is the same from scrape to scrape. Series of whole groups and of the host always stay,
/// however many they are.
void limit_series(Snapshot& snapshot, std::size_t max_series, const MetricTable& table = metric_table());

}  // namespace procledger::metrics
