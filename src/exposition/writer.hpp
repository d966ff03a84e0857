// SPDX-License-Identifier: Apache-2.0
// Our own text writer: prometheus-cpp's loses digits, does not escape HELP and cannot write OpenMetrics.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exposition/model.hpp"

namespace procledger::exposition {

enum class Format : std::uint8_t {
  kText,         ///< Prometheus text 0.0.4
  kOpenMetrics,  ///< OpenMetrics 1.0; the same bytes are valid 0.0.1
};

/// The whole page. No timestamps: a scraper marks a series that is gone as stale only without them.
[[nodiscard]] std::string write(const std::vector<TypedFamily>& families, Format format);

}  // namespace procledger::exposition
