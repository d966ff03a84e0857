// SPDX-License-Identifier: Apache-2.0
#include "commands/app/program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <string_view>

#include "base/version.hpp"
#include "commands/check_config/check_config.hpp"
#include "commands/doctor/doctor.hpp"
#include "commands/once/once.hpp"
#include "commands/report/report.hpp"
#include "commands/run/run.hpp"
#include "commands/serve/options.hpp"
#include "commands/serve/serve.hpp"
#include "commands/stats/stats.hpp"
#include "core/config/texts.hpp"

namespace procledger::commands {
namespace {

constexpr int kBadUsage = 1;
constexpr int kCannotStart = 2;
constexpr int kInternal = 3;

struct Subcommand {
  std::string_view word;
  Result<int> (*run)(std::span<const std::string>);
};
constexpr std::array kSubcommands{Subcommand{"run", run_command}, Subcommand{"stats", run_stats}, Subcommand{"report", run_report}};

/// Runs a command that has flags of its own.
/// @return  absent: the first word names none of them; else the exit status, or why it could not be done
std::optional<Result<int>> run_subcommand(std::span<const std::string> arguments) {
  if (arguments.empty()) return std::nullopt;
  const auto found = std::ranges::find(kSubcommands, arguments.front(), &Subcommand::word);
  if (found == kSubcommands.end()) return std::nullopt;
  return found->run(arguments.subspan(1));
}

void print(std::FILE* to, const std::string& text) { std::fputs(text.c_str(), to); }

Result<void> dispatch(const Options& options) {
  switch (options.command) {
    case Command::kServe:
      return serve(options);
    case Command::kOnce:
      return once(options);
    case Command::kCheckConfig:
      return check_config(options);
    case Command::kDoctor:
      return doctor(options);
    case Command::kPrintDefaultConfig:
      print(stdout, std::string{config::default_config_text()});
      return {};
    case Command::kHelp:
      print(stdout, options.help);
      return {};
    case Command::kVersion:
      print(stdout, "procledger " + std::string{kVersion} + " (revision " + std::string{kRevision} + ")\n");
      return {};
  }
  return {};
}

}  // namespace

int run_program(std::span<const std::string> arguments) try {
  const auto own_flags = run_subcommand(arguments);
  const auto done = own_flags ? *own_flags : parse_options(arguments, read_environment()).and_then(dispatch).map([] { return 0; });
  if (done) return *done;
  print(stderr, "procledger: " + done.error().message + "\n");
  return done.error().kind == ErrorKind::kUsage ? kBadUsage : kCannotStart;
} catch (const std::exception& error) {
  print(stderr, "procledger: internal error: " + std::string{error.what()} + "\n");
  return kInternal;
}

}  // namespace procledger::commands
