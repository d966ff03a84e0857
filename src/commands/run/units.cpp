// SPDX-License-Identifier: Apache-2.0
#include "commands/run/units.hpp"

#include <array>

#include <fmt/format.h>

namespace procledger::run {

std::string in_bytes(double bytes) {
  constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  constexpr double kStep = 1024;
  std::size_t unit = 0;
  while (bytes >= kStep && unit + 1 < kUnits.size()) {
    bytes /= kStep;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

std::string in_thousands(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string in_seconds(double seconds) {
  constexpr double kShort = 1;
  return fmt::format("{:.{}f} s", seconds, seconds < kShort ? 6 : 3);
}

}  // namespace procledger::run
