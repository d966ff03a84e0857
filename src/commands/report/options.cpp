// SPDX-License-Identifier: Apache-2.0
#include "commands/report/options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestStep{100};
constexpr milliseconds kUsualStep{15'000};  // of most scrapes
constexpr std::int64_t kUsualSteps = 240;

template <typename Enum>
struct Word {
  std::string_view word;
  Enum meaning;
};
constexpr std::array kFormats{Word<report::Format>{"table", report::Format::kTable}, Word<report::Format>{"csv", report::Format::kCsv},
                              Word<report::Format>{"json", report::Format::kJson}, Word<report::Format>{"yaml", report::Format::kYaml}};
constexpr std::array kSorts{Word<report::SortBy>{"cpu", report::SortBy::kCpu}, Word<report::SortBy>{"memory", report::SortBy::kMemory},
                            Word<report::SortBy>{"name", report::SortBy::kName}};

template <typename Enum, std::size_t N>
Result<Enum> meaning(const char* flag, const std::string& word, const std::array<Word<Enum>, N>& words) {
  std::string known;
  for (const auto& each : words) {
    if (each.word == word) return each.meaning;
    known += (known.empty() ? "" : ", ") + std::string{each.word};
  }
  return usage(std::string{flag} + ": " + in_quotes(word) + " is none of " + known);
}

Result<milliseconds> duration(const char* flag, const std::string& text, milliseconds least) {
  auto parsed = parse_duration(text);
  if (!parsed) return tl::unexpected{std::move(parsed).error().within(flag)};
  if (*parsed < least) return usage(std::string{flag} + ": at least " + std::to_string(least.count()) + "ms");
  return *parsed;
}

bool is_label(std::string_view name) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 && std::ranges::all_of(name, fits);
}

Result<std::vector<std::string>> labels(const std::string& list) {
  std::vector<std::string> names;
  std::string_view rest{list};
  do {
    const std::string_view name = take_until(rest, ',');
    if (!is_label(name)) return usage("--by: " + in_quotes(list) + " is no list of labels");
    if (std::ranges::find(names, name) != names.end()) return usage("--by: " + in_quotes(name) + " is there more than once");
    names.emplace_back(name);
  } while (!rest.empty());
  return names;
}

/// So long that a window has 240 steps, in whole seconds; never shorter than scrapes usually are apart.
milliseconds usual_step(milliseconds last) {
  const auto share = std::chrono::ceil<std::chrono::seconds>(last / kUsualSteps);
  return std::min(last, std::max<milliseconds>(share, kUsualStep));
}

Result<void> take_times(const ReportFlags& flags, ReportOptions& options) {
  const auto last = duration("--last", flags.last, kShortestStep);
  if (!last) return tl::unexpected{last.error()};
  options.last = *last;
  options.step = usual_step(*last);
  if (!flags.step.empty()) {
    const auto step = duration("--step", flags.step, kShortestStep);
    if (!step) return tl::unexpected{step.error()};
    if (*step > *last) return usage("--step is longer than --last");
    options.step = *step;
  }
  const auto timeout = duration("--timeout", flags.timeout, kShortestStep);
  if (!timeout) return tl::unexpected{timeout.error()};
  options.timeout = *timeout;
  return {};
}

}  // namespace

void define_report_options(CLI::App& app, ReportFlags& flags) {
  app.set_help_flag("-h,--help", "Show this text");
  const auto add = [&app](const char* name, std::string& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type)->capture_default_str();
  };
  add("--prometheus", flags.prometheus, "URL", "The server to ask: http://host:9090, https://user:password@host/path");
  add("--last", flags.last, "DURATION", "The window that ends now: 10m, 24h");
  add("--step", flags.step, "DURATION",
      "How finely min and max look; not shorter than scrapes are apart. Without: 15s, or 1/240 of --last");
  add("--namespace", flags.namespace_pattern, "PATTERN", "Only groups whose label `namespace` matches all of this pattern (RE2)");
  app.add_option("--exclude", flags.exclude, "Without groups whose whole name matches this pattern (RE2); repeatable")
      ->type_name("PATTERN")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add("--by", flags.by, "LABEL,...", "One row for each combination of these labels; what has the same is summed");
  add("--format", flags.format, "table|csv|json|yaml", "How to print it");
  add("--sort", flags.sort, "cpu|memory|name", "Most mean CPU first, most mean memory first, or by the labels");
  add("--bearer-token-file", flags.bearer_token_file, "FILE", "File with the token that the server wants");
  add("--ca-file", flags.ca_file, "FILE", "Certificates (PEM) to trust instead of the system's");
  add("--timeout", flags.timeout, "DURATION", "How long an answer may take");
}

Result<ReportOptions> interpret(const ReportFlags& flags) {
  if (flags.prometheus.empty()) return usage("report needs a server: --prometheus http://host:9090");
  ReportOptions options;
  options.url = flags.prometheus;
  if (auto times = take_times(flags, options); !times) return tl::unexpected{std::move(times).error()};
  auto by = labels(flags.by);
  if (!by) return tl::unexpected{std::move(by).error()};
  options.by = std::move(*by);
  const auto format = meaning("--format", flags.format, kFormats);
  if (!format) return tl::unexpected{format.error()};
  options.format = *format;
  const auto sort = meaning("--sort", flags.sort, kSorts);
  if (!sort) return tl::unexpected{sort.error()};
  options.sort = *sort;
  options.filter = {.namespace_pattern = flags.namespace_pattern, .excluded = flags.exclude};
  options.bearer_token_file = flags.bearer_token_file;
  options.ca_file = flags.ca_file;
  return options;
}

}  // namespace procledger::commands
