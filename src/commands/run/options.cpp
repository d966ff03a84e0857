// SPDX-License-Identifier: Apache-2.0
#include "commands/run/options.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/duration.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {
namespace {

constexpr std::uint32_t kMostRuns = 100'000;

/// Flags end at "--", or at the first word that is none.
struct Split {
  std::vector<std::string> flags;
  std::vector<std::string> command;
  bool marked{};  ///< by "--"
};

Split split(std::span<const std::string> arguments) {
  const auto mark = std::ranges::find(arguments, "--");
  Split result{.flags = {arguments.begin(), mark}, .command = {}, .marked = mark != arguments.end()};
  if (result.marked) result.command.assign(std::next(mark), arguments.end());
  return result;
}

Result<void> take_duration(const char* flag, const std::string& text, std::optional<std::chrono::milliseconds>& value) {
  if (text.empty()) return {};
  auto duration = parse_duration(text);
  if (!duration) return tl::unexpected{std::move(duration.error()).within(flag)};
  if (duration->count() == 0) return usage(std::string{flag} + ": more than 0");
  value = *duration;
  return {};
}

Result<void> exclude(bool one, const char* this_flag, bool other, const char* other_flag) {
  if (one && other) return usage(std::string{this_flag} + " makes no sense with " + other_flag);
  return {};
}

/// A flag that would be ignored is refused.
Result<void> check_fit(const RunOptions& options) {
  constexpr std::chrono::milliseconds kShortestSample{10};
  if (options.kill_after && !options.timeout) return usage("--kill-after makes no sense without --timeout");
  if (options.sample && *options.sample < kShortestSample) return usage("--sample: at least 10ms");
  if (options.repeat == 0 || options.repeat > kMostRuns) return usage("--repeat: from 1 to " + std::to_string(kMostRuns));
  if (auto known = check_source(options.source); !known) return known;
  return exclude(options.json, "--json", options.csv, "--csv")
      .and_then([&] { return exclude(options.tree, "--tree", options.csv, "--csv"); })
      .and_then([&] { return exclude(options.sample.has_value(), "--sample", options.csv, "--csv"); })
      .and_then([&] { return exclude(options.tree, "--tree", options.repeat > 1, "--repeat"); });
}

Result<RunOptions> interpret(RunGiven given) {
  RunOptions& options = given.options;
  auto durations = take_duration("--timeout", given.timeout, options.timeout)
                       .and_then([&] { return take_duration("--kill-after", given.kill_after, options.kill_after); })
                       .and_then([&] { return take_duration("--sample", given.sample, options.sample); });
  if (!durations) return tl::unexpected{std::move(durations).error()};
  if (auto fit = check_fit(options); !fit) return tl::unexpected{std::move(fit).error()};
  if (options.command.empty() || options.command.front().empty()) {
    return usage("run needs a command: procledger run [flags] -- COMMAND [ARGUMENTS]");
  }
  return options;
}

}  // namespace

void define_run(CLI::App& app, RunGiven& given) {
  RunOptions& options = given.options;
  app.set_help_flag("-h,--help", "Show this text");
  app.add_flag("--tree", options.tree, "Add the process tree, with durations and how each ended");
  app.add_flag("--json", options.json, "The report as one JSON object");
  app.add_flag("--csv", options.csv, "The report as CSV: a row for each program");
  app.add_option("-o,--output", options.output, "Where the report goes instead of stderr")->type_name("FILE");
  app.add_option("-r,--repeat", options.repeat, "Run the command so often; show means and standard deviations")->type_name("N");
  app.add_option("--timeout", given.timeout, "Send TERM to the whole tree after this time")->type_name("DURATION");
  app.add_option("--kill-after", given.kill_after, "Send KILL to what is left this long after TERM")->type_name("DURATION");
  app.add_flag("--wait-all", options.wait_all, "Wait until every descendant has ended, not only the command");
  app.add_option("--sample", given.sample, "Show a line of live figures so often")->type_name("DURATION");
  app.add_option("--source", options.source, "Where figures come from: auto (the best that works), bpf, taskstats or proc")
      ->type_name("NAME")
      ->capture_default_str();
}

Result<RunOptions> parse_run_options(std::span<const std::string> arguments) {
  RunGiven given;
  CLI::App app{"Accounts for a command and all that it starts, and exits with its status.", "procledger run"};
  app.footer("The command comes last: procledger run [flags] -- COMMAND [ARGUMENTS]\n");
  define_run(app, given);
  Split parts = split(arguments);
  parts.marked ? static_cast<void>(app.allow_extras()) : static_cast<void>(app.prefix_command());
  std::ranges::reverse(parts.flags);  // CLI11 takes them from the back
  try {
    app.parse(parts.flags);
  } catch (const CLI::CallForHelp&) {
    given.options.help = app.help();
    return given.options;
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view text = error.what();
    const std::string flag{text.substr(0, text.find(':'))};
    return usage("run: " + flag + (text.ends_with("missing") ? " needs a value" : " is there more than once"));
  } catch (const CLI::ParseError& error) {
    return usage("run: " + std::string{error.what()});
  }
  std::vector<std::string> rest = app.remaining();
  if (!rest.empty() && rest.front().starts_with("-")) return tl::unexpected{unknown_flag(app, rest.front())};
  if (!rest.empty() && parts.marked) return usage("run: unexpected argument " + in_quotes(rest.front()) + " before --");
  given.options.command = std::move(parts.marked ? parts.command : rest);
  return interpret(std::move(given));
}

}  // namespace procledger::commands
