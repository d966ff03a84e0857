// SPDX-License-Identifier: Apache-2.0
// What a configuration tells the collector.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/result.hpp"
#include "core/config/config.hpp"
#include "core/grouping/policy.hpp"
#include "core/rules/match_cache.hpp"

namespace procledger::collector {

struct Rules {
  grouping::Policy policy;
  SipKey key;                            ///< random
  std::chrono::nanoseconds interval{0};  ///< 0: collect when asked; else by this cadence
  bool lifetime_histogram{true};
  std::size_t max_series{};
};

/// @error  as grouping::Policy::compile
[[nodiscard]] Result<Rules> compile_rules(const config::Config& config);

}  // namespace procledger::collector
