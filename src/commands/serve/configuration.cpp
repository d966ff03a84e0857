// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/configuration.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/config/load.hpp"
#include "core/config/process_exporter_form.hpp"

namespace procledger::commands {
namespace {

/// process-exporter has no limit of groups or series, so these limits are too high to matter.
constexpr std::uint32_t kCompatGroups = 20'000;
constexpr std::uint32_t kCompatSeries = 10'000'000;

Result<Configuration> read_file(const std::string& path) {
  auto loaded = config::load_file(path);
  if (!loaded) {
    std::string text = config::format(loaded.error(), path);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return fail(ErrorKind::kUsage, std::move(text));
  }
  return Configuration{.config = std::move(loaded->config), .rules = {}, .warnings = config::format(loaded->warnings, path)};
}

template <typename Change>
void each_series(rules::RuleBook& book, Change change) {
  for (rules::Rule& rule : book.rules) change(rule.series);
  change(book.fallback_series);
}

Result<Configuration> compat_configuration(const std::string& file, const CompatOptions& compat) {
  Configuration result;
  if (!file.empty()) {
    auto read = read_file(file);
    if (!read) return read;
    result = std::move(*read);
  } else {
    result.config.patterns = std::make_shared<rules::PatternCompiler>();
    auto book = config::rule_book_of_flags(compat.procnames, compat.namemapping, *result.config.patterns);
    if (!book) return tl::unexpected{std::move(book).error()};
    result.config.book = std::move(*book);
  }
  config::Config& config = result.config;
  config.limits.groups = std::max(config.limits.groups, kCompatGroups);
  config.limits.series = std::max(config.limits.series, kCompatSeries);
  config.book.inherit = compat.children.value_or(config.book.inherit);
  each_series(config.book, [&compat](rules::SeriesOptions& series) {
    if (compat.threads) series.threads = rules::ThreadSeries::kByName;
    series.pss |= compat.gather_smaps;
  });
  return result;
}

}  // namespace

Result<Configuration> load_configuration(const CollectOptions& options) {
  Result<Configuration> result;
  if (options.compat) {
    result = compat_configuration(options.config_file, *options.compat);
  } else if (!options.config_file.empty()) {
    result = read_file(options.config_file);
  }
  if (!result) return result;
  if (options.collect_interval) result->config.collect.interval = *options.collect_interval;
  each_series(result->config.book, [&options](rules::SeriesOptions& series) {
    series.pss |= options.pss;
    series.sockets |= options.sockets;
  });
  auto& asked = result->config.book.thread_filter;
  asked.comm.insert(asked.comm.end(), options.thread_filter.comm.begin(), options.thread_filter.comm.end());
  asked.pid.insert(asked.pid.end(), options.thread_filter.pid.begin(), options.thread_filter.pid.end());
  auto rules = collector::compile_rules(result->config);
  if (!rules) return tl::unexpected{std::move(rules).error()};
  result->rules = std::move(*rules);
  return result;
}

}  // namespace procledger::commands
