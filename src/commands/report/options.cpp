// SPDX-License-Identifier: Apache-2.0
#include "commands/report/options.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestStep{100};
constexpr milliseconds kUsualStep{15'000};  // the scrape interval of most servers
constexpr std::int64_t kUsualSteps = 240;

constexpr std::array<std::pair<std::string_view, report::Format>, 4> kFormats{
    {{"table", report::Format::kTable}, {"csv", report::Format::kCsv}, {"json", report::Format::kJson}, {"yaml", report::Format::kYaml}}};
constexpr std::array<std::pair<std::string_view, report::SortBy>, 3> kSorts{
    {{"cpu", report::SortBy::kCpu}, {"memory", report::SortBy::kMemory}, {"name", report::SortBy::kName}}};

bool is_label(std::string_view name) {
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 && std::ranges::all_of(name, fits);
}

Result<std::vector<std::string>> labels(const std::string& list) {
  std::vector<std::string> names;
  std::string_view rest{list};
  do {
    const std::string_view name = take_until(rest, ',');
    if (!is_label(name)) return usage("--by: " + in_quotes(list) + " is not a list of label names");
    if (std::ranges::find(names, name) != names.end()) return usage("--by: " + in_quotes(name) + " is given more than once");
    names.emplace_back(name);
  } while (!rest.empty());
  return names;
}

TakeValue take_top(std::optional<std::uint32_t>& target) {
  return [&target](const std::string& value) -> Result<void> {
    const auto number = to_number<std::uint32_t>(value);
    if (!number) return usage("must be a whole number; 0 prints all rows");
    target = number;
    return {};
  };
}

/// 1/240 of the window in whole seconds, at least the usual scrape interval, at most the window.
milliseconds usual_step(milliseconds last) {
  const auto share = std::chrono::ceil<std::chrono::seconds>(last / kUsualSteps);
  return std::min(last, std::max<milliseconds>(share, kUsualStep));
}

}  // namespace

void define(FlagTable& table, ReportFlags& flags) {
  table.heading("Server");
  table.add({.name = "--prometheus", .value = "URL", .help = "URL of the server: http://host:9090, https://user:password@host/path"},
            flags.prometheus);
  table.add({.name = "--bearer-token-file", .value = "FILE", .help = "File with the bearer token for the server"}, flags.bearer_token_file);
  table.add({.name = "--ca-file", .value = "FILE", .help = "Certificates (PEM) to trust instead of the system's"}, flags.ca_file);
  table.add({.name = "--timeout", .value = "DURATION", .help = "Time limit for each answer", .fallback = "30s"},
            take_duration(flags.timeout, kShortestStep));
  table.heading("Window");
  table.add({.name = "--last", .value = "DURATION", .help = "Length of the window, which ends now: 10m, 24h", .fallback = "10m"},
            take_duration(flags.last, kShortestStep));
  table.add({.name = "--step",
             .value = "DURATION",
             .help = "Resolution of min and max, at least the scrape interval; without the flag: 1/240 of --last, at least 15s"},
            take_duration(flags.step, kShortestStep));
  table.heading("Selection");
  table.add({.name = "--namespace", .value = "PATTERN", .help = "Only groups whose whole label `namespace` matches this pattern (RE2)"},
            flags.namespace_pattern);
  table.add({.name = "--exclude", .value = "PATTERN", .help = "Leave out groups whose whole name matches this pattern (RE2)"},
            flags.exclude);
  table.heading("Output");
  table.add({.name = "--by", .value = "LABEL,...", .help = "One row per combination of these labels; groups of one row are summed"},
            flags.by);
  table.add({.name = "--format", .value = "table|csv|json|yaml", .help = "Format of the report", .fallback = "table"},
            take_choice(flags.format, kFormats));
  table.add({.name = "--sort", .value = "cpu|memory|name", .help = "Sort by mean CPU, by mean memory or by the labels", .fallback = "cpu"},
            take_choice(flags.sort, kSorts));
  table.add({.name = "--top",
             .value = "N",
             .help = "Print only the first N rows; 0: all rows; without the flag: 20 rows of a table on a terminal, else all rows"},
            take_top(flags.top));
}

Result<ReportOptions> interpret(const FlagTable& /*table*/, const ReportFlags& flags, const FlagTable::Rest& rest) {
  if (auto none = refuse_operands(rest); !none) return tl::unexpected{std::move(none).error()};
  if (flags.prometheus.empty()) return usage("report needs a server: --prometheus http://host:9090");
  if (flags.step && *flags.step > flags.last) return usage("--step is longer than --last: take a shorter --step or a longer --last");
  auto by = labels(flags.by);
  if (!by) return tl::unexpected{std::move(by).error()};
  return ReportOptions{.url = flags.prometheus,
                       .last = flags.last,
                       .step = flags.step.value_or(usual_step(flags.last)),
                       .filter = {.namespace_pattern = flags.namespace_pattern, .excluded = flags.exclude},
                       .by = std::move(*by),
                       .format = flags.format,
                       .sort = flags.sort,
                       .top = flags.top,
                       .bearer_token_file = flags.bearer_token_file,
                       .ca_file = flags.ca_file,
                       .timeout = flags.timeout};
}

}  // namespace procledger::commands
