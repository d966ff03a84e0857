// SPDX-License-Identifier: Apache-2.0
// The README's table of the most used flags against the program's own. docs/command-line.md has all flags; tools/lint docs holds that page.
#include <gtest/gtest.h>

#include <map>

#include "commands/app/program.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

std::string unquoted(const std::string& cell) {
  const auto parts = words(cell, "` ");
  return parts.empty() ? "" : parts.front();
}

/// The flags of the README's table, each with the cell of its default.
std::map<std::string, std::string> readme_flags() {
  std::map<std::string, std::string> flags;
  const std::string text = read_file(std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/../README.md").value_or("");
  for (const std::string& line : words(text, "\n")) {
    if (!line.starts_with("| `-")) continue;
    const auto cells = words(line, "|");
    for (const std::string& name : words(cells.at(0), ", ")) {
      if (unquoted(name).starts_with("--")) flags[unquoted(name)] = cells.at(1);
    }
  }
  return flags;
}

/// The daemon's own flags and their defaults. The flags for --compat are in docs/compat.md.
std::map<std::string, std::string> program_flags() {
  std::map<std::string, std::string> flags;
  const auto commands = commands::all_commands();
  for (const commands::Flag& flag : commands.front().flags()) {
    if (!flag.hidden && flag.heading != "With --compat=process-exporter") flags[flag.name] = flag.fallback;
  }
  return flags;
}

TEST(Readme, ListsNoFlagThatTheProgramLacks) {
  const auto listed = readme_flags();
  const auto real = program_flags();
  EXPECT_GE(listed.size(), 6U);
  for (const auto& [flag, cell] : listed) EXPECT_EQ(real.count(flag), 1U) << flag << " is in the README's table and not in the program";
}

TEST(Readme, NamesTheDefaultsThatTheProgramHas) {
  const auto real = program_flags();
  int compared = 0;
  for (const auto& [flag, cell] : readme_flags()) {
    const auto found = real.find(flag);
    if (found == real.end() || cell.find('`') == std::string::npos) continue;
    ++compared;
    EXPECT_EQ(unquoted(cell), found->second) << flag;
  }
  EXPECT_GE(compared, 5);
}

}  // namespace
}  // namespace procledger::test
