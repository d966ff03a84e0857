// SPDX-License-Identifier: Apache-2.0
// The metrics of a page: procledger's own, or those of a program that procledger replaces. Knows no format.
#pragma once

#include <functional>
#include <string>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/daemon_metrics.hpp"

namespace procledger::exposition {

using metrics::Build;

[[nodiscard]] Build this_build();

/// The metrics of a page, as functions over a snapshot. `serve` and `once` choose a model; the page writer and HttpHandler use the model.
/// Safe to use from several threads.
struct PageModel {
  std::string about;  ///< one sentence for the landing page
  std::function<void(const metrics::Snapshot&, metrics::SampleSink&)> emit;
  DaemonMetrics daemon{};  ///< metrics of the daemon that serves the page; the page itself need not have them
};

/// procledger's own page: the metrics of the table in order, then the daemon's metrics.
/// @param table  must outlive the model
[[nodiscard]] PageModel native_model(Build build, DaemonMetrics daemon = {}, const metrics::MetricTable& table = metrics::metric_table());

}  // namespace procledger::exposition
