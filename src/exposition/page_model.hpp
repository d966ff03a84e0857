// SPDX-License-Identifier: Apache-2.0
// What a page is made of: our own metrics, or those of a program that procledger stands in for. Knows no format.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <prometheus/collectable.h>

#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::exposition {

using metrics::Build;

[[nodiscard]] Build this_build();

/// Which metrics a page has. Any thread may use one.
struct PageModel {
  std::string about;  ///< one sentence for the landing page
  std::function<void(const metrics::Snapshot&, metrics::SampleSink&)> walk;
};

/// Our own: the table of metrics, from its first row to its last, then what the daemon counts itself.
/// @param daemon  null: nothing
[[nodiscard]] PageModel native_model(Build build, std::shared_ptr<const prometheus::Collectable> daemon = nullptr);

}  // namespace procledger::exposition
