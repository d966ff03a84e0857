// SPDX-License-Identifier: Apache-2.0
// Small: the parser of durations, for the configuration and for flags.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.hpp"

namespace procledger {

/// Parses "0" or numbers with units, the largest unit first: "500ms", "5s", "1m30s", "2h". The maximum is one year.
/// @error  kUsage
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace procledger
