// SPDX-License-Identifier: Apache-2.0
// What a page is made of: our own metrics, or those of a program that procledger stands in for. Knows no format.
#pragma once

#include <functional>
#include <string>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/daemon_metrics.hpp"

namespace procledger::exposition {

using metrics::Build;

[[nodiscard]] Build this_build();

/// Which metrics a page has. Any thread may use one.
struct PageModel {
  std::string about;  ///< one sentence for the landing page
  std::function<void(const metrics::Snapshot&, metrics::SampleSink&)> walk;
  DaemonMetrics daemon{};  ///< of whoever serves the page, whether the page has them or not
};

/// Our own: the table of metrics, from its first row to its last, then what the daemon knows of itself.
/// @param table  outlives the model
[[nodiscard]] PageModel native_model(Build build, DaemonMetrics daemon = {}, const metrics::MetricTable& table = metrics::metric_table());

}  // namespace procledger::exposition
