// SPDX-License-Identifier: Apache-2.0
// Quantities for people.
#pragma once

#include <cstdint>
#include <string>

namespace procledger::run {

/// "12.3 MiB"
[[nodiscard]] std::string in_bytes(double bytes);
/// "12,345"
[[nodiscard]] std::string in_thousands(std::uint64_t count);
/// Seconds with as many decimals as there are: "0.004211 s", "12.345 s"
[[nodiscard]] std::string in_seconds(double seconds);

}  // namespace procledger::run
