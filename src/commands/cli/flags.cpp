// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/flags.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/text.hpp"

namespace procledger::commands {
namespace {

tl::unexpected<Error> stray(const CLI::App& app, const std::string& extra) {
  if (!extra.starts_with("-")) return usage("unexpected argument " + in_quotes(extra));
  return tl::unexpected{unknown_flag(app, extra)};
}

}  // namespace

std::string with_two_dashes(const std::string& argument) {
  const bool one_dash = argument.size() > 2 && argument[0] == '-' && argument[1] != '-';
  return one_dash ? "-" + argument : argument;
}

Error unknown_flag(const CLI::App& app, const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::string_view hint = nearest(flag, std::vector<std::string_view>{known.begin(), known.end()});
  return {ErrorKind::kUsage, "unknown flag " + flag + (hint.empty() ? "; see --help" : "; did you mean " + std::string{hint} + "?")};
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

void name_values(CLI::App& app) {
  constexpr std::array<std::pair<const char*, const char*>, 20> kValues{{{"--config.file", "FILE"},
                                                                         {"--web.listen-address", "ADDRESS"},
                                                                         {"--web.telemetry-path", "PATH"},
                                                                         {"--source", "auto|bpf|taskstats|proc"},
                                                                         {"--path.procfs", "DIR"},
                                                                         {"--path.cgroupfs", "DIR"},
                                                                         {"--path.podlogs", "DIR"},
                                                                         {"--collect.interval", "DURATION"},
                                                                         {"--slow.interval", "DURATION"},
                                                                         {"--log.level", "debug|info|warn|error"},
                                                                         {"--log.format", "logfmt|json"},
                                                                         {"--log.file", "FILE|stderr|stdout"},
                                                                         {"--compat", "none|process-exporter"},
                                                                         {"--threads.filter", "LIST"},
                                                                         {"--config.path", "FILE"},
                                                                         {"--procnames", "LIST"},
                                                                         {"--namemapping", "LIST"},
                                                                         {"--procfs", "DIR"},
                                                                         {"--recheck-with-time-limit", "DURATION"},
                                                                         {"--once-to-stdout-delay", "DURATION"}}};
  for (const auto& [flag, value] : kValues) {
    if (CLI::Option* option = app.get_option_no_throw(flag)) option->type_name(value);
  }
}

}  // namespace procledger::commands
