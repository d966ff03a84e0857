// SPDX-License-Identifier: Apache-2.0
// Which format and coding a client gets for its Accept and Accept-Encoding (RFC 9110, section 12.5).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exposition/text_format.hpp"

namespace procledger::exposition {

// The grammar that Accept and its like share: comma-separated items, each with ;name=value parameters.

/// Views into the header.
struct HeaderItem {
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< without q; quotes around a value taken off
  double q{1};                                                            ///< 0 to 1; 1 where the text makes no sense

  /// Empty when there is none of that name.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

/// Items in their order. Whatever does not follow the grammar is taken as it comes; nothing is an error.
[[nodiscard]] std::vector<HeaderItem> parse_header_list(std::string_view header);

/// ASCII letters compare without case.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

struct Choice {
  Format format{};
  std::string content_type;  ///< complete: Prometheus 3 fails a scrape whose type it does not know
};

/// The format that the client likes best; of two liked equally the one it names more exactly, then earlier. Nobody is turned away: what
/// matches nothing, or no header at all, gets text 0.0.4. OpenMetrics without a version means 0.0.1, as scrapers have it. Who asks for any
/// escaping scheme is told "underscores": all our names are plain.
[[nodiscard]] Choice choose_format(std::string_view accept);

/// Whether to compress.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

}  // namespace procledger::exposition
