// SPDX-License-Identifier: Apache-2.0
// Which format and coding a client gets for its Accept and Accept-Encoding (RFC 9110, section 12.5).
#pragma once

#include <string>
#include <string_view>

#include "exposition/text_format.hpp"

namespace procledger::exposition {

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
