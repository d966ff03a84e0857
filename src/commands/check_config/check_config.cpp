// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "commands/check_config/check_config.hpp"
#include "commands/serve/assembly.hpp"
#include "commands/serve/configuration.hpp"
#include "core/metrics/series_limit.hpp"

namespace procledger::commands {
namespace {

constexpr std::size_t kMostGroups = 20;

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void print_groups(const metrics::Snapshot& snapshot) {
  std::vector<const metrics::GroupRow*> rows;
  rows.reserve(snapshot.groups.size());
  for (const metrics::GroupRow& row : snapshot.groups) rows.push_back(&row);
  std::ranges::stable_sort(rows, std::ranges::greater{}, [](const auto* row) { return row->account.processes; });
  for (std::size_t i = 0; i < std::min(rows.size(), kMostGroups); ++i) {
    std::string labels;
    for (const auto& [name, value] : rows[i]->labels) (((labels += ' ') += name) += '=') += value;
    print("  " + std::to_string(rows[i]->account.processes) + "\t" + rows[i]->name + labels + "\n");
  }
  if (rows.size() > kMostGroups) print("  and " + std::to_string(rows.size() - kMostGroups) + " more\n");
}

/// One look at this host by these rules.
Result<void> expect(const Options& options, const collector::Rules& rules) {
  auto source = probe::open_source(source_request(options));
  if (!source) return tl::unexpected{std::move(source).error()};
  Accounting accounting{std::move(*source), options, rules};
  collector::Books books{accounting.parts(), accounting.books_options(options), rules};
  const auto snapshot = books.collect();
  if (!snapshot) return tl::unexpected{snapshot.error()};
  const std::size_t series = metrics::count_series(**snapshot);
  print("this host now: " + std::to_string((*snapshot)->groups.size()) + " groups, " + std::to_string(series) + " series");
  if ((*snapshot)->self.series_dropped > 0)
    print(", " + std::to_string((*snapshot)->self.series_dropped) + " more left out by limits.series");
  print("\nprocesses and groups:\n");
  print_groups(**snapshot);
  return {};
}

}  // namespace

Result<void> check_config(const Options& options) {
  const auto configuration = load_configuration(options);
  if (!configuration) {
    print(configuration.error().message + "\n");  // as lines of their own, which editors know how to follow
    return fail(ErrorKind::kUsage, options.config_file + " cannot be used");
  }
  print(configuration->warnings);
  print(options.config_file + ": good, " + std::to_string(configuration->config.book.rules.size()) + " groups\n");
  return options.expect ? expect(options, configuration->rules) : Result<void>{};
}

}  // namespace procledger::commands
