// SPDX-License-Identifier: Apache-2.0
// Chooses the format and the coding of a response from Accept and Accept-Encoding (RFC 9110, section 12.5).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exposition/text_format.hpp"

namespace procledger::exposition {

/// One item of Accept or a similar header, which is a comma-separated list of items with ;name=value parameters. Holds views into the
/// header.
struct HeaderItem {
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< without q; values without quotes
  double q{1};                                                            ///< 0 to 1; 1 if the text is invalid

  /// Empty when the parameter is absent.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

/// The items in their order. Invalid text is not an error: the parser keeps what it can read.
[[nodiscard]] std::vector<HeaderItem> parse_header_list(std::string_view header);

/// Compares without the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

struct Choice {
  Format format{};
  std::string content_type;  ///< with version and charset: Prometheus 3 fails a scrape with an unknown content type
};

/// The format that the client prefers. Of two formats with equal q, the more specific item wins, then the earlier one. Without a header, or
/// without a match, the format is text 0.0.4. OpenMetrics without a version means 0.0.1, as scrapers mean it. If the client names an
/// escaping scheme, the content type has "underscores", which is correct for every scheme because all our names are plain.
[[nodiscard]] Choice choose_format(std::string_view accept);

/// Whether the client accepts gzip and does not prefer an uncompressed response.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace procledger::exposition
