// SPDX-License-Identifier: Apache-2.0
#include "collector/rules.hpp"

#include <sys/random.h>

#include <cerrno>
#include <utility>

namespace procledger::collector {

Result<Rules> compile_rules(const config::Config& config) {
  auto policy = grouping::Policy::compile(config);
  if (!policy) return tl::unexpected{std::move(policy).error()};
  Rules rules{.policy = std::move(*policy),
              .key = {},
              .interval = config.collect.interval,
              .lifetime_histogram = config.collect.lifetime_histogram,
              .max_series = config.limits.series};
  if (::getrandom(&rules.key, sizeof(rules.key), 0) != sizeof(rules.key))
    return tl::unexpected{system_error("getting random numbers", errno)};
  return rules;
}

}  // namespace procledger::collector
