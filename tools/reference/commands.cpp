// SPDX-License-Identifier: Apache-2.0
#include "reference/commands.hpp"

#include <algorithm>

namespace procledger::reference {

std::vector<Flag> flags_of(const Command& command) {
  if (command.flags == nullptr) return {};
  std::vector<Flag> flags = command.flags();
  std::erase_if(flags, [](const Flag& flag) { return flag.hidden; });
  flags.push_back({.name = "--help", .value = "", .help = "Show the flags and examples", .short_name = "-h", .heading = "Help"});
  return flags;
}

std::vector<Flag> default_flags() { return flags_of(all_commands().front()); }

std::string help_of(const Flag& flag) {
  std::string text = flag.help;
  if (flag.repeatable) text += "; repeatable";
  if (!flag.environment.empty()) text += "; environment: " + flag.environment;
  return text;
}

}  // namespace procledger::reference
