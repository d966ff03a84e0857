// SPDX-License-Identifier: Apache-2.0
#include "commands/run/options.hpp"

#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kMaxRuns = 100'000;
constexpr milliseconds kShortestSample{10};

TakeValue take_repeat(std::uint32_t& target) {
  return [&target](const std::string& value) -> Result<void> {
    const auto number = to_number<std::uint32_t>(value);
    if (!number || *number == 0 || *number > kMaxRuns) return usage("must be a number from 1 to " + std::to_string(kMaxRuns));
    target = *number;
    return {};
  };
}

/// Refuses combinations in which one flag would have no effect.
Result<void> check_fit(const RunOptions& options) {
  if (options.kill_after && !options.timeout) return usage("--kill-after needs --timeout");
  return exclude(options.json, "--json", options.csv, "--csv")
      .and_then([&] { return exclude(options.tree, "--tree", options.csv, "--csv"); })
      .and_then([&] { return exclude(options.sample.has_value(), "--sample", options.csv, "--csv"); })
      .and_then([&] { return exclude(options.tree, "--tree", options.repeat > 1, "--repeat"); });
}

}  // namespace

void define(FlagTable& table, RunOptions& options) {
  table.heading("Report");
  table.add({.name = "--tree", .value = "", .help = "Add the process tree, with the duration and the end of each process"}, options.tree);
  table.add({.name = "--json", .value = "", .help = "Print the report as one JSON object"}, options.json);
  table.add({.name = "--csv", .value = "", .help = "Print the report as CSV, one row per program"}, options.csv);
  table.add({.name = "--output", .value = "FILE", .help = "Write the report to this file instead of stderr; -: stdout", .short_name = "-o"},
            options.output);
  table.add({.name = "--sample", .value = "DURATION", .help = "Print a line of live values at this interval"},
            take_duration(options.sample, kShortestSample));
  table.heading("Command");
  table.add({.name = "--repeat",
             .value = "N",
             .help = "Run the command this many times and report means and standard deviations",
             .fallback = "1",
             .short_name = "-r"},
            take_repeat(options.repeat));
  table.add({.name = "--timeout", .value = "DURATION", .help = "Send TERM to the whole tree after this time"},
            take_duration(options.timeout, milliseconds{1}));
  table.add({.name = "--kill-after", .value = "DURATION", .help = "Send KILL to the processes that still run this long after TERM"},
            take_duration(options.kill_after, milliseconds{1}));
  table.add({.name = "--wait-all", .value = "", .help = "Wait until every descendant has exited, not only the command"}, options.wait_all);
  table.heading("Collection");
  table.add({.name = "--source",
             .value = "auto|bpf|taskstats|proc",
             .help = "Source of the values; auto takes the best source that works",
             .fallback = options.source},
            take_word(options.source, {"auto", "bpf", "taskstats", "proc"}));
}

Result<RunOptions> interpret(const FlagTable& /*table*/, RunOptions options, FlagTable::Rest rest) {
  options.command = std::move(rest.operands);
  if (auto fit = check_fit(options); !fit) return tl::unexpected{std::move(fit).error()};
  if (options.command.empty() || options.command.front().empty()) {
    return usage("run needs a command: procledger run [flags] -- COMMAND [ARGUMENTS]");
  }
  return options;
}

}  // namespace procledger::commands
