// SPDX-License-Identifier: Apache-2.0
#include "base/log/limiter.hpp"

#include <utility>

namespace procledger::log {

std::optional<std::uint64_t> Limiter::admit(std::string_view key, Time now) {
  const auto found = seen_.find(key);
  if (found == seen_.end()) {
    seen_.emplace(key, Seen{.passed = now});
    return 0;
  }
  Seen& seen = found->second;
  if (now - seen.passed < kPause) {
    ++seen.suppressed;
    return std::nullopt;
  }
  seen.passed = now;
  return std::exchange(seen.suppressed, 0);
}

}  // namespace procledger::log
