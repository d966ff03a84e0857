// SPDX-License-Identifier: Apache-2.0
#include "commands/check_config/check_config.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "commands/serve/assembly.hpp"
#include "commands/serve/configuration.hpp"
#include "core/metrics/metric_table.hpp"

namespace procledger::commands {
namespace {

constexpr std::size_t kMaxGroups = 20;
constexpr double kWholeCpu = 1;  // the sampler may use a whole CPU: a user waits for the answer

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

std::string groups_in_words(std::size_t count) { return std::to_string(count) + (count == 1 ? " group" : " groups"); }

void print_groups(const metrics::Snapshot& snapshot) {
  std::vector<const metrics::GroupRow*> rows;
  rows.reserve(snapshot.groups.size());
  for (const metrics::GroupRow& row : snapshot.groups) rows.push_back(&row);
  std::ranges::stable_sort(rows, std::ranges::greater{}, [](const auto* row) { return row->account.processes; });
  for (std::size_t i = 0; i < std::min(rows.size(), kMaxGroups); ++i) {
    std::string labels;
    for (const auto& [name, value] : rows[i]->labels) (((labels += ' ') += name) += '=') += value;
    print("  " + std::to_string(rows[i]->account.processes) + "\t" + rows[i]->name + labels + "\n");
  }
  if (rows.size() > kMaxGroups) print("  and " + std::to_string(rows.size() - kMaxGroups) + " more\n");
}

/// Collects once from this host and prints the groups that these rules make.
Result<void> expect(const CheckConfigOptions& options, const collector::Rules& rules) {
  auto source = probe::open_source(source_request(options));
  if (!source) return tl::unexpected{std::move(source).error()};
  Accounting accounting{std::move(*source), options, rules};
  if (rules.policy.wants_pss() || rules.policy.wants_sockets()) {
    if (auto started = accounting.start_background_sampler(options, kWholeCpu); !started) return started;
  }
  collector::CollectionPipeline pipeline{accounting.parts(), accounting.pipeline_options(options), rules};
  auto snapshot = pipeline.collect();
  if (snapshot && accounting.slow) {  // the sampler needs a collection for its list of processes
    std::ignore = accounting.slow->wait();
    snapshot = pipeline.collect();
  }
  if (!snapshot) return tl::unexpected{snapshot.error()};
  const std::size_t series = metrics::count_series(**snapshot) + exposition::kMaxDaemonSeries;
  print("this host now: " + groups_in_words((*snapshot)->groups.size()) + ", " + std::to_string(series) + " series");
  if ((*snapshot)->self.series_dropped > 0)
    print(", " + std::to_string((*snapshot)->self.series_dropped) + " more dropped by limits.series");
  print("\nprocesses by group:\n");
  print_groups(**snapshot);
  return {};
}

Result<int> run_check(const CheckConfigOptions& options) {
  return check_config(options).map([] { return 0; });
}

/// Takes the configuration file from FILE or from a flag.
Result<void> take_file(const FlagTable& table, const FlagTable::Rest& rest, CheckConfigOptions& options) {
  if (rest.operands.size() > 1) return usage("unexpected argument " + in_quotes(rest.operands[1]) + "; check-config takes one file");
  const std::string operand = rest.operands.empty() ? "" : rest.operands.front();
  constexpr std::array<std::string_view, 2> kFiles{"--config.file", "--config.path"};
  if (const auto flag = table.first_given(kFiles); !operand.empty() && !flag.empty()) {
    return usage("check-config takes one file: FILE or " + std::string{flag});
  }
  if (!operand.empty()) options.config_file = operand;
  if (options.config_file.empty()) return usage("check-config needs a file: procledger check-config FILE");
  return {};
}

}  // namespace

void define(FlagTable& table, CheckConfigFlags& flags) {
  table.heading("Output");
  table.add({.name = "--expect", .value = "", .help = "Also count the groups and series that this host would have now"}, flags.expect);
  define_rules(table, flags);
  define_expensive(table, flags);
  define_compat(table, flags.compat, CompatUse::kCheckConfig);
}

Result<CheckConfigOptions> interpret(const FlagTable& table, CheckConfigFlags flags, const FlagTable::Rest& rest) {
  CheckConfigOptions options;
  options.expect = flags.expect;
  auto collect = interpret_collect(table, std::move(flags), {});
  if (!collect) return tl::unexpected{std::move(collect).error()};
  static_cast<CollectOptions&>(options) = std::move(*collect);
  if (auto file = take_file(table, rest, options); !file) return tl::unexpected{std::move(file).error()};
  // The check of a file depends neither on the mode nor on the host. Only the count of groups depends on these flags.
  constexpr std::array<std::string_view, 11> kOfExpect{"--source",         "--path.procfs", "--path.cgroupfs", "--path.podlogs",
                                                       "--threads.filter", "--memory.pss",  "--sockets",       "--procfs",
                                                       "--children",       "--threads",     "--gather-smaps"};
  if (options.expect) return options;
  if (const auto flag = table.first_given(kOfExpect); !flag.empty()) return usage(std::string{flag} + " needs --expect");
  if (options.compat && !table.given("--config.path")) return usage("--compat needs --expect or --config.path");
  return options;
}

// The first of the two words in a line is the severity: what follows may quote the file.
std::string colored_diagnostics(std::string_view lines, std::string_view file, const Display& display) {
  constexpr std::string_view kGap = ": ";
  if (!display.colors) return std::string{lines};
  std::string text;
  while (!lines.empty()) {
    const std::string_view line = take_until(lines, '\n');
    const std::size_t place = line.starts_with(file) ? file.size() : 0;
    const std::size_t error = line.find(": error: ", place);
    const std::size_t warning = line.find(": warning: ", place);
    const std::string_view word = error < warning ? "error" : "warning";
    const std::size_t at = std::min(error, warning);
    if (at == std::string_view::npos) {
      text += line;
    } else {
      const std::size_t begin = at + kGap.size();
      text += line.substr(0, begin);
      text += error < warning ? display.red(word) : display.yellow(word);
      text += line.substr(begin + word.size());
    }
    text += '\n';
  }
  return text;
}

Result<void> check_config(const CheckConfigOptions& options) {
  const Display display = display_of_stream(STDOUT_FILENO);
  const auto configuration = load_configuration(options);
  if (!configuration) {
    // Without a prefix, so that editors can jump to FILE:LINE:COLUMN.
    print(colored_diagnostics(configuration.error().message + "\n", options.config_file, display));
    return fail(ErrorKind::kUsage, options.config_file + " cannot be used; correct the errors printed on stdout");
  }
  print(colored_diagnostics(configuration->warnings, options.config_file, display));
  print(options.config_file + ": good, " + groups_in_words(configuration->config.book.rules.size()) + "\n");
  return options.expect ? expect(options, configuration->rules) : Result<void>{};
}

Command check_config_command() {
  return make_command<CheckConfigFlags, run_check>(
      {.name = "check-config",
       .operands = "[flags] FILE",
       .summary = "checks a configuration file and prints every error",
       .description = "Reads a configuration as the daemon does and prints every error and warning as FILE:LINE:COLUMN. The "
                      "flags under Collection are errors without --expect.",
       .operand = Operand::kFile,
       .examples = {{"procledger check-config /etc/procledger/config.yaml", "All errors of a file"},
                    {"procledger check-config --expect config.yaml", "Also the groups and series that this host would have now"}},
       .environment = color_variables(),
       .files = {{"/etc/procledger/config.yaml", "the configuration of the packaged service"}},
       .statuses = exit_statuses()});
}

}  // namespace procledger::commands
