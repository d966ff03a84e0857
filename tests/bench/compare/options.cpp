// SPDX-License-Identifier: Apache-2.0
#include "compare/options.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string_view>

#include <CLI/CLI.hpp>

#include "support/child.hpp"

namespace procledger::bench {
namespace {

constexpr std::size_t kRounds = 7;         // odd, so that the median is a measured value
constexpr std::size_t kPairedRounds = 12;  // enough for an interval of every value, even if one round fails

std::string part_names() {
  std::string names;
  for (const char* part : kPartNames) names += (names.empty() ? "" : ", ") + std::string{part};
  return names;
}

std::string check_part(const std::string& name) {
  if (std::find(kPartNames.begin(), kPartNames.end(), name) != kPartNames.end()) return {};
  return "no part \"" + name + "\"; the parts are " + part_names();
}

}  // namespace

bool Setup::measures(const std::string& part) const { return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end(); }

Setup parse_options(CLI::App& app, const std::string& daemon, const std::vector<std::string>& arguments) {
  Setup setup{.daemon = daemon, .against = {}, .rounds = 0, .parts = {}};
  app.add_option("daemon", setup.daemon, "The program under test")->capture_default_str();
  app.add_option("--against", setup.against, "Another build of the program: both in the same rounds, and the ratios of their costs");
  app.add_option(
         "--rounds", setup.rounds,
         "How often everything is measured; default " + std::to_string(kRounds) + ", with --against " + std::to_string(kPairedRounds))
      ->check(CLI::Range(1, 99));
  app.add_option("--only", setup.parts, "Parts, with commas between them: " + part_names())
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Validator{check_part, "PART"});
  app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});  // CLI11 expects the last argument first
  if (setup.rounds == 0) setup.rounds = setup.against.empty() ? kRounds : kPairedRounds;
  return setup;
}

Result<std::string> procledger_version(const std::string& program) {
  std::error_code error;
  if (!std::filesystem::exists(program, error)) return fail(ErrorKind::kUsage, program + ": no such file");
  if (!std::filesystem::is_regular_file(program, error) || ::access(program.c_str(), X_OK) != 0) {
    return fail(ErrorKind::kUsage, program + ": is not executable");
  }
  const auto outcome = test::run_command({std::filesystem::absolute(program), "--version"}, std::chrono::seconds{10});
  if (!outcome) return tl::unexpected{outcome.error()};
  const std::string_view line = std::string_view{outcome->out}.substr(0, outcome->out.find('\n'));
  if (outcome->exit_code() != 0 || !line.starts_with("procledger ")) {
    return fail(ErrorKind::kUsage, program + ": is not procledger; --version prints \"" + std::string{line} + "\"");
  }
  return std::string{line};
}

}  // namespace procledger::bench
