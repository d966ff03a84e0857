// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace procledger::container {

/// How long what vanished stays known: whoever died in it is reported later, and read by a scrape later still.
inline constexpr std::uint64_t kKeepNs = 600'000'000'000;

}  // namespace procledger::container
