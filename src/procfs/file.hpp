// SPDX-License-Identifier: Apache-2.0
// Small helpers of this module's readers and parsers.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace procledger::procfs {

/// The whole file. /proc files have no size that stat(2) would tell, so this reads to the end.
/// @error  kGone, kPermission or kIo, with the path in the message
[[nodiscard]] Result<std::string> read_file(const std::string& path);

/// `text` as a decimal number, all of it; absent if it is anything else or too large.
template <typename Integer>
[[nodiscard]] std::optional<Integer> to_number(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes the part before the next separator off the front of `rest`. At the end of the text it is all that is left.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char separator);

/// Takes the next word off the front of `rest`, where any run of blanks separates; empty at the end.
[[nodiscard]] std::string_view take_word(std::string_view& rest);

}  // namespace procledger::procfs
