// SPDX-License-Identifier: Apache-2.0
// The scrapes of each daemon, reconstructed from the grid of a range query.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "commands/report/rows.hpp"

namespace procledger::report {

/// One daemon, identified by Prometheus's labels.
struct Target {
  std::string job;
  std::string instance;
  auto operator<=>(const Target&) const = default;
};
[[nodiscard]] Target target_of(const Labels& labels);

/// The time from one scrape to the next scrape that the grid shows. A step longer than the scrape interval hides scrapes in between.
struct Span {
  Step from{};       ///< the first step that shows the first scrape
  Step to{};         ///< the first step that shows the second scrape
  double seconds{};  ///< the time between the two scrapes
};

/// The scrapes of one daemon in the window.
struct Scrapes {
  std::vector<Span> spans;  ///< without spans in which a step has no scrape: the usage in them is unknown
  std::vector<Step> steps;  ///< the steps at which the daemon has values
};

/// @param clock  the last scrape of each target at each step, Unix time in seconds
[[nodiscard]] std::map<Target, Scrapes> scrapes_of(const SeriesList& clock, const Window& window);

}  // namespace procledger::report
