// SPDX-License-Identifier: Apache-2.0
#include "report/scrapes.hpp"

#include <optional>

namespace procledger::report {
namespace {

std::string label(const Labels& labels, const std::string& name) {
  const auto at = labels.find(name);
  return at == labels.end() ? std::string{} : at->second;
}

Scrapes scrapes_of(const std::map<Step, double>& clock, const Window& window) {
  struct Seen {
    Step step{};
    double scraped{};
  };
  Scrapes scrapes;
  std::optional<Seen> last;
  Step step_before = 0;
  for (const auto& [step, scraped] : clock) {
    if (last && step - step_before > window.step_ms) last.reset();  // it was away
    step_before = step;
    scrapes.steps.push_back(step);
    if (last && scraped <= last->scraped) continue;  // not scraped since
    if (last) scrapes.spans.push_back({.from = last->step, .to = step, .seconds = scraped - last->scraped});
    last = Seen{step, scraped};
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
