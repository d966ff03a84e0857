// SPDX-License-Identifier: Apache-2.0
#include "reference/outputs.hpp"

namespace procledger::reference {
namespace {

constexpr std::string_view kHead =
    "<!-- Generated from the program's own table of flags by tools/update_golden. Do not edit. -->\n"
    "# Command line\n"
    "\n"
    "Every command and flag. One or two dashes; the value after `=` or as the next word. The package installs the same as manual pages\n"
    "and as completions for bash, zsh and fish; `procledger-reference`, built beside the program, prints them.\n"
    "\n"
    "| command | |\n"
    "|---|---|\n";

std::string cell(std::string_view text) { return replaced(std::string{text}, "|", "\\|"); }

std::string code(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string table(const std::vector<Flag>& flags) {
  std::string text;
  std::string group = "?";
  for (const Flag& flag : flags) {
    if (flag.group != group) {
      group = flag.group;
      text += (group.empty() ? "" : "\n" + group + ":\n") + std::string{"\n| flag | value | default | |\n|---|---|---|---|\n"};
    }
    const std::string names = (flag.shorter.empty() ? "" : code(flag.shorter) + ", ") + code(flag.name);
    text += "| " + names + " | " + code(flag.value) + " | " + code(flag.fallback) + " | " + cell(flag.help) + " |\n";
  }
  return text;
}

}  // namespace

std::string command_line_doc() {
  std::string text{kHead};
  std::string shared;
  for (const Command& command : commands()) {
    text += "| " + code("procledger " + std::string{command.name} + " " + std::string{command.operands}) + " | " + cell(command.summary) +
            " |\n";
    if (command.own_flags == nullptr) (shared += shared.empty() ? "" : ", ") += command.name;
  }
  text += "\n## " + shared + "\n" + table(program_flags());
  for (const Command& command : commands()) {
    if (command.own_flags != nullptr) text += "\n## " + std::string{command.name} + "\n" + table(flags_of(command));
  }
  return text;
}

}  // namespace procledger::reference
