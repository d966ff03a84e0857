// SPDX-License-Identifier: Apache-2.0
// When daemons were scraped, as the grid of a range query shows it.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "commands/report/rows.hpp"

namespace procledger::report {

/// One daemon as Prometheus knows it.
struct Target {
  std::string job;
  std::string instance;
  auto operator<=>(const Target&) const = default;
};
[[nodiscard]] Target target_of(const Labels& labels);

/// From one scrape to another one, the next that the grid shows: several where steps are longer than the time between scrapes.
struct Span {
  Step from{};  ///< steps at which the two scrapes were first seen
  Step to{};
  double seconds{};  ///< between the two scrapes themselves
};

struct Scrapes {
  std::vector<Span> spans;  ///< without those during which it was not scraped at some step: what was used then is not known
  std::vector<Step> steps;  ///< at which anything is known of it
};

/// @param clock  of each target its last scrape at each step, Unix time in seconds
[[nodiscard]] std::map<Target, Scrapes> scrapes_of(const SeriesList& clock, const Window& window);

}  // namespace procledger::report
