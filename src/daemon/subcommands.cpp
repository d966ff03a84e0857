// SPDX-License-Identifier: Apache-2.0
#include "daemon/subcommands.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/nearest.hpp"
#include "daemon/run.hpp"
#include "daemon/usage.hpp"

namespace procledger::daemon {
namespace {

struct Subcommand {
  std::string_view word;
  Result<int> (*run)(std::span<const std::string>);
};
constexpr std::array kSubcommands{Subcommand{"run", run_command}, Subcommand{"stats", run_stats}, Subcommand{"report", run_report}};

/// The flags of this family of programs come with one dash as well as with two.
std::string with_two_dashes(const std::string& argument) {
  const bool one_dash = argument.size() > 2 && argument[0] == '-' && argument[1] != '-';
  return one_dash ? "-" + argument : argument;
}

tl::unexpected<Error> stray(const CLI::App& app, const std::string& extra) {
  if (!extra.starts_with("-")) return usage("unexpected argument " + in_quotes(extra));
  const std::string flag = extra.substr(0, extra.find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  const std::vector<std::string_view> known{names.begin(), names.end()};
  const std::string_view hint = nearest(flag, known);
  return usage("unknown flag " + flag + (hint.empty() ? "; see --help" : "; did you mean " + std::string{hint} + "?"));
}

}  // namespace

std::optional<Result<int>> run_subcommand(std::span<const std::string> arguments) {
  if (arguments.empty()) return std::nullopt;
  const auto found = std::ranges::find(kSubcommands, arguments.front(), &Subcommand::word);
  if (found == kSubcommands.end()) return std::nullopt;
  return found->run(arguments.subspan(1));
}

Result<std::optional<std::string>> parse_flags(CLI::App& app, std::span<const std::string> arguments) {
  app.allow_extras();
  std::vector<std::string> reversed;  // CLI11 takes them from the back
  std::transform(arguments.rbegin(), arguments.rend(), std::back_inserter(reversed), with_two_dashes);
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return app.help();
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view text = error.what();
    const std::string flag{text.substr(0, text.find(':'))};
    return usage(flag + (text.ends_with("missing") ? " needs a value" : " is there more than once"));
  } catch (const CLI::ParseError& error) {
    return usage(error.what());
  }
  if (const auto extras = app.remaining(); !extras.empty()) return stray(app, extras.front());
  return std::nullopt;
}

Result<void> print_out(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return tl::unexpected{system_error("writing to stdout", errno)};
  }
  return {};
}

void print_note(const std::string& text) { std::fputs(("procledger: " + text + "\n").c_str(), stderr); }

}  // namespace procledger::daemon
