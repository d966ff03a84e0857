// SPDX-License-Identifier: Apache-2.0
// Text from the kernel is hostile: any local user chooses a comm, and one invalid byte in one label fails a whole scrape.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace procledger {

/// Valid UTF-8 without control characters, at most `max_bytes` long. An invalid byte becomes U+FFFD, a control character a visible escape
/// ("\n", "\x07"). What is too long is cut at a character and ends in "~" and 8 hex digits of a hash of the whole, so that two
/// long names that differ stay different. Deterministic.
[[nodiscard]] std::string safe_text(std::string_view raw, std::size_t max_bytes);

/// Every byte that belongs to no well-formed character becomes U+FFFD, one each, as Go reads them. Nothing else changes.
[[nodiscard]] std::string valid_utf8(std::string_view raw);

/// Bytes of the well-formed UTF-8 character at the start of `text`, which is not empty; 0: there is none. Table 3-7 of the Unicode
/// standard: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] std::size_t character_length(std::string_view text);

/// Takes the part before the next separator off the front of `rest`. At the end of the text it is all that is left.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char separator);

/// Arguments with a NUL between each two as one line, spaces between them. NULs at the end do not count.
[[nodiscard]] std::string join_arguments(std::string_view args);

/// The candidate that `word` was most likely meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace procledger
