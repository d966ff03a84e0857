// SPDX-License-Identifier: Apache-2.0
// The parts of a configuration that the collector uses.
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
  std::chrono::nanoseconds interval{0};  ///< 0: collect on request; else at this interval
  bool lifetime_histogram{true};
  std::size_t max_series{};
};

/// @error  as grouping::Policy::compile
[[nodiscard]] Result<Rules> compile_rules(const config::Config& config);

}  // namespace procledger::collector
