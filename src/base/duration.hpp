// SPDX-License-Identifier: Apache-2.0
// Small: one parser that configuration and flags share.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.hpp"

namespace procledger {

/// "0", or numbers with units, the largest unit first: "500ms", "5s", "1m30s", "2h". At most a year.
/// @error  kUsage
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace procledger
