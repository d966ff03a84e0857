// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/command.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>

#include "base/text.hpp"

namespace procledger::commands {
namespace {

constexpr std::size_t kWidth = 79;
constexpr std::size_t kFlagColumn = 32;
constexpr std::size_t kEntryColumn = 28;

/// Wraps `text` into lines of at most kWidth columns. The first line begins at column `at`, the others at `indent`.
std::string wrapped(std::string_view text, std::size_t at, std::size_t indent) {
  std::string lines;
  while (!text.empty()) {
    const std::string_view word = take_until(text, ' ');
    if (at > indent && at + 1 + word.size() > kWidth) {
      (lines += '\n').append(indent, ' ');
      at = indent;
    } else if (at > indent) {
      lines += ' ';
      ++at;
    }
    lines += word;
    at += word.size();
  }
  return lines + "\n";
}

std::string flag_row(const Flag& flag) {
  std::string name = (flag.short_name.empty() ? "    " : flag.short_name + ", ") + flag.name;
  if (!flag.value.empty()) name += " " + (flag.choices().empty() ? flag.value : "WORD");
  std::string text = flag.help;
  if (!flag.choices().empty()) {
    std::string words;
    for (const std::string& choice : flag.choices()) words += (words.empty() ? " (" : ", ") + choice;
    text += words + ")";
  }
  if (flag.repeatable) text += "; repeatable";
  if (!flag.fallback.empty()) text += " [" + flag.fallback + "]";
  if (!flag.environment.empty()) text += " [$" + flag.environment + "]";
  return help_row(name, text, kFlagColumn);
}

std::string entries(const std::string& heading, const std::vector<Entry>& all) {
  std::string text;
  for (const Entry& entry : all) text += help_row(entry.name, entry.text, kEntryColumn);
  return text.empty() ? text : "\n" + heading + ":\n" + text;
}

std::string examples(const std::vector<Entry>& all) {
  std::string text;
  for (const Entry& entry : all) text += "  # " + entry.text + "\n  " + entry.name + "\n";
  return text.empty() ? text : "\nExamples:\n" + text;
}

}  // namespace

std::string help_row(const std::string& name, std::string_view text, std::size_t column) {
  std::string row = "  " + name;
  if (row.size() + 2 > column) {
    (row += '\n').append(column, ' ');
  } else {
    row.append(column - row.size(), ' ');
  }
  return row + wrapped(text, column, column);
}

std::string help_text(const Command& command) {
  const CommandPage& page = command.page;
  std::string text =
      "Usage: procledger " + page.name + (page.operands.empty() ? "" : " " + page.operands) + "\n\n" + wrapped(page.description, 0, 0);
  std::string heading;
  for (const Flag& flag : command.flags != nullptr ? command.flags() : std::vector<Flag>{}) {
    if (flag.hidden) continue;
    if (flag.heading != heading) text += "\n" + (heading = flag.heading) + ":\n";
    text += flag_row(flag);
  }
  text += entries("Environment", page.environment) + entries("Files", page.files) + entries("Exit status", page.statuses);
  return text + examples(page.examples);
}

Result<void> print_out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return tl::unexpected{system_error("writing to stdout", errno)};
  }
  return {};
}

void print_note(const std::string& text) { std::fputs(("procledger: " + text + "\n").c_str(), stderr); }

std::vector<Entry> exit_statuses(std::vector<Entry> own) {
  std::vector<Entry> all{{"0", "success"},
                         {"1", "bad usage or configuration"},
                         {"2", "cannot start or finish; stderr names the cause, such as a port, a right or a file"},
                         {"3", "internal error: a defect of procledger"}};
  std::ranges::move(own, std::back_inserter(all));
  return all;
}

Result<void> refuse_operands(const FlagTable::Rest& rest) {
  if (rest.operands.empty()) return {};
  return usage("unexpected argument " + in_quotes(rest.operands.front()) + "; see --help");
}

}  // namespace procledger::commands
