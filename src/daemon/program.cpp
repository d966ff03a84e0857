// SPDX-License-Identifier: Apache-2.0
#include "daemon/program.hpp"

#include <cstdio>
#include <exception>

#include "base/version.hpp"
#include "config/texts.hpp"
#include "daemon/commands.hpp"
#include "daemon/environment.hpp"
#include "daemon/options.hpp"
#include "daemon/subcommands.hpp"

namespace procledger::daemon {
namespace {

constexpr int kBadUsage = 1;
constexpr int kCannotStart = 2;
constexpr int kInternal = 3;

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
  const auto daemon = [&] { return parse_options(arguments, read_environment()).and_then(dispatch).map([] { return 0; }); };
  const auto done = own_flags ? *own_flags : daemon();
  if (done) return *done;
  print(stderr, "procledger: " + done.error().message + "\n");
  return done.error().kind == ErrorKind::kUsage ? kBadUsage : kCannotStart;
} catch (const std::exception& error) {
  print(stderr, "procledger: internal error: " + std::string{error.what()} + "\n");
  return kInternal;
}

}  // namespace procledger::daemon
