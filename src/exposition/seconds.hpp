// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace procledger::exposition {

/// Rounded once: whole seconds and the rest apart, since a year of nanoseconds does not fit a double.
[[nodiscard]] constexpr double to_seconds(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kPerSecond = 1'000'000'000;
  const std::uint64_t whole = nanoseconds / kPerSecond;
  return static_cast<double>(whole) + static_cast<double>(nanoseconds % kPerSecond) / 1e9;
}

[[nodiscard]] constexpr double to_seconds(std::int64_t nanoseconds) {
  const auto magnitude = static_cast<std::uint64_t>(nanoseconds);
  return nanoseconds < 0 ? -to_seconds(0 - magnitude) : to_seconds(magnitude);
}

/// Unknown stays unknown.
template <typename Nanoseconds>
[[nodiscard]] constexpr std::optional<double> to_seconds(const std::optional<Nanoseconds>& nanoseconds) {
  return nanoseconds ? std::optional{to_seconds(*nanoseconds)} : std::nullopt;
}

}  // namespace procledger::exposition
