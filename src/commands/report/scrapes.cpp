// SPDX-License-Identifier: Apache-2.0
#include "commands/report/scrapes.hpp"

namespace procledger::report {
namespace {

std::string label(const Labels& labels, const std::string& name) {
  const auto at = labels.find(name);
  return at == labels.end() ? std::string{} : at->second;
}

Scrapes scrapes_of(const std::map<Step, double>& clock, const Window& window) {
  Scrapes scrapes;
  auto last = clock.end();  // the first step that shows the newest scrape; end: no scrape since a gap
  Step step_before = 0;
  for (auto now = clock.begin(); now != clock.end(); ++now) {
    const auto& [step, scraped] = *now;
    if (step - step_before > window.step_ms) last = clock.end();
    step_before = step;
    scrapes.steps.push_back(step);
    if (last != clock.end()) {
      if (scraped <= last->second) continue;  // no new scrape
      scrapes.spans.push_back({.from = last->first, .to = step, .seconds = scraped - last->second});
    }
    last = now;
  }
  return scrapes;
}

}  // namespace

Target target_of(const Labels& labels) { return {.job = label(labels, "job"), .instance = label(labels, "instance")}; }

std::map<Target, Scrapes> scrapes_of(const SeriesList& clock, const Window& window) {
  std::map<Target, Scrapes> found;
  for (const Series& series : clock) found[target_of(series.labels)] = scrapes_of(series.values, window);
  return found;
}

}  // namespace procledger::report
