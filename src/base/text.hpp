// SPDX-License-Identifier: Apache-2.0
// Makes text from the kernel safe, and values with units for readers. Any local user can choose a comm, and one invalid byte in one label
// fails a whole scrape.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace procledger {

/// Returns valid UTF-8 without control characters, at most `max_bytes` long. An invalid byte becomes U+FFFD, a control character a visible
/// escape ("\n", "\x07"). A longer text is cut at a character and ends in "~" and 8 hex digits of a hash of the whole text, so that
/// two long names that differ stay different. Deterministic.
[[nodiscard]] std::string safe_text(std::string_view raw, std::size_t max_bytes);

/// Replaces each byte outside a well-formed character by one U+FFFD, as Go does. Nothing else changes.
[[nodiscard]] std::string valid_utf8(std::string_view raw);

/// Length in bytes of the well-formed UTF-8 character at the start of `text`; 0: there is none. `text` must not be empty. Follows table 3-7
/// of the Unicode standard: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] std::size_t character_length(std::string_view text);

/// Removes the part before the next separator, and the separator, from the front of `rest` and returns the part. Without a separator the
/// part is all of `rest`.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char separator);

/// Joins NUL-separated arguments into one line with spaces. NULs at the end are dropped.
[[nodiscard]] std::string join_arguments(std::string_view args);

/// The candidate with the smallest edit distance to `word`, for hints about typing errors; empty when none is close.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// Values for readers.

/// The value with this number of decimals. A value that rounds to 0 has no sign.
[[nodiscard]] std::string with_decimals(double value, int decimals);
/// "12.3 MiB"; below 1 KiB without decimals: "512 B"
[[nodiscard]] std::string in_bytes(double bytes);
/// "12,345"
[[nodiscard]] std::string in_thousands(std::uint64_t count);
/// Seconds with 6 decimals below 1 s, else with 3: "0.004211 s", "12.345 s"
[[nodiscard]] std::string in_seconds(double seconds);

/// Parses all of `text` as a decimal number; absent if `text` is not a number or is too large.
template <typename Integer>
[[nodiscard]] std::optional<Integer> to_number(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace procledger
