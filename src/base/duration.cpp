// SPDX-License-Identifier: Apache-2.0
#include "base/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace procledger {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  milliseconds length;
};

// "ms" stands before "m" because the parser takes the first unit that fits.
constexpr std::array kUnits{Unit{"ms", std::chrono::milliseconds{1}}, Unit{"s", std::chrono::seconds{1}},
                            Unit{"m", std::chrono::minutes{1}}, Unit{"h", std::chrono::hours{1}}};
constexpr milliseconds kLongest = std::chrono::hours{24 * 365};

/// Takes one number with its unit off the front of `text`.
std::optional<milliseconds> take_part(std::string_view& text, milliseconds below) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name) || unit.length >= below) continue;
    text.remove_prefix(unit.name.size());
    if (count > kLongest / unit.length) return std::nullopt;
    return unit.length * count;
  }
  return std::nullopt;
}

/// The last unit of the parsed part. The next unit must be smaller, so each unit comes once and the largest first.
milliseconds unit_before(std::string_view text, std::string_view rest) {
  const std::string_view taken = text.substr(0, text.size() - rest.size());
  for (const Unit& unit : kUnits) {
    if (taken.ends_with(unit.name)) return unit.length;
  }
  return milliseconds::max();
}

}  // namespace

Result<milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return milliseconds{0};
  std::string_view rest = text;
  milliseconds sum{0};
  do {
    const auto part = take_part(rest, unit_before(text, rest));
    if (!part || sum + *part > kLongest) {
      return fail(ErrorKind::kUsage, "\"" + std::string{text} + "\" is not a duration such as 0, 500ms, 5s, 1m30s or 24h");
    }
    sum += *part;
  } while (!rest.empty());
  return sum;
}

}  // namespace procledger
