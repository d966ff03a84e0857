// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/flags.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "commands/cli/unknown_flag.hpp"
#include "commands/cli/usage.hpp"

namespace procledger::commands {
namespace {

tl::unexpected<Error> stray(const CLI::App& app, const std::string& extra) {
  if (!extra.starts_with("-")) return usage("unexpected argument " + in_quotes(extra));
  return tl::unexpected{unknown_flag(app, extra)};
}

}  // namespace

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

}  // namespace procledger::commands
