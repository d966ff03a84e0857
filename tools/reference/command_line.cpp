// SPDX-License-Identifier: Apache-2.0
#include "reference/outputs.hpp"

namespace procledger::reference {
namespace {

constexpr std::string_view kHead =
    "<!-- Generated from the program's own tables by tools/update_golden. Do not edit. -->\n"
    "# Command line\n"
    "\n"
    "On this page you find every command and flag. A flag begins with one dash or two. The value follows `=` or is the next word;\n"
    "the value of a switch only follows `=`: `--json=false`. A flag that a command does not have is an error. `procledger help\n"
    "COMMAND` prints the same text. The package installs manual pages, and completions for bash, zsh and fish.\n"
    "\n"
    "| command | |\n"
    "|---|---|\n";

std::string cell(std::string_view text) { return replaced(std::string{text}, "|", "\\|"); }

std::string code(std::string_view text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string table(const std::vector<Flag>& flags) {
  std::string text;
  std::string heading;
  for (const Flag& flag : flags) {
    if (flag.heading != heading) {
      heading = flag.heading;
      text += "\n" + heading + ":\n\n| flag | value | default | |\n|---|---|---|---|\n";
    }
    const std::string names = (flag.short_name.empty() ? "" : code(flag.short_name) + ", ") + code(flag.name);
    text += "| " + names + " | " + code(flag.value) + " | " + code(flag.fallback) + " | " + cell(help_of(flag)) + " |\n";
  }
  return text;
}

std::string rows(std::string_view heading, const std::vector<Entry>& entries) {
  if (entries.empty()) return {};
  std::string text = "\n" + std::string{heading} + ":\n\n| | |\n|---|---|\n";
  for (const Entry& entry : entries) text += "| " + code(entry.name) + " | " + cell(entry.text) + " |\n";
  return text;
}

std::string section(const Command& command) {
  const commands::CommandPage& page = command.page;
  std::string text = "\n## " + page.name + "\n\n" + page.description + "\n" + table(flags_of(command));
  return text + rows("Examples", page.examples) + rows("Environment", page.environment) + rows("Files", page.files) +
         rows("Exit status", page.statuses);
}

}  // namespace

std::string command_line_doc() {
  std::string text{kHead};
  for (const Command& command : all_commands()) {
    const commands::CommandPage& page = command.page;
    text +=
        "| " + code("procledger " + page.name + (page.operands.empty() ? "" : " " + page.operands)) + " | " + cell(page.summary) + " |\n";
  }
  for (const Command& command : all_commands()) text += section(command);
  return text;
}

}  // namespace procledger::reference
