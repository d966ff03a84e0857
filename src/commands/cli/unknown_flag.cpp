// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/unknown_flag.hpp"

#include <string_view>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/nearest.hpp"

namespace procledger::commands {

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

}  // namespace procledger::commands
