// SPDX-License-Identifier: Apache-2.0
// The tests find every command of the documentation, and the rows for commands that do not run here are correct.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "docs_tables.hpp"
#include "support/child.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path{PROCLEDGER_TEST_SOURCE_DIR}.parent_path();

std::vector<DocCommand> all_commands() {
  std::vector<DocCommand> all;
  for (const std::string& page : doc_pages()) {
    for (DocCommand& command : read_doc_page(page).commands) all.push_back(std::move(command));
  }
  return all;
}

TEST(DocsCommands, CommandsAreFoundInProseAndBlocks) {
  const DocPage page = read_doc_page("x.md", R"(# `tools/title`
Talk of `procledger stats`, `kill` and `sum by (group) (x)`, then `procledger
run -- true` and `procledger a \| sort`. A lone ` tick.

Next `curl -s x`.
```sh
# a remark
one \
  two
three
```
```console
$ four
shown

more
$ cat five.yaml
content
```
```text
$ six
```
```
seven
```
)");
  std::vector<std::string> found;
  found.reserve(page.commands.size());
  for (const DocCommand& command : page.commands) found.push_back(std::to_string(command.line) + " " + command.text);
  EXPECT_EQ(found, (std::vector<std::string>{"1 tools/title", "2 procledger run -- true", "3 procledger a | sort", "5 curl -s x",
                                             "8 one \\\n  two", "10 three", "13 four", "17 cat five.yaml"}));
  EXPECT_EQ(page.commands[6].shown, "shown\n\nmore\n");
  EXPECT_EQ(page.files.at("five.yaml"), "content\n");
  EXPECT_EQ(page.unreported, std::vector<std::size_t>{23});
}

TEST(DocsCommands, EveryBlockHasALanguage) {
  for (const std::string& page : doc_pages()) {
    for (const std::size_t line : read_doc_page(page).unreported) {
      ADD_FAILURE() << page << ":" << line << ": ``` needs a language: sh, console for \"$ command\" and its output, text for other text";
    }
  }
}

TEST(DocsCommands, EveryCommandIsShell) {
  for (const std::string& page : doc_pages()) {
    std::string scripts;
    for (const std::string& script : read_doc_page(page).scripts) scripts += script + "\n";
    const auto checked = run_command({"bash", "-n", "-c", scripts});
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(checked->err, "") << page;
  }
}

TEST(DocsCommands, EveryCommandIsInARowAndEveryRowHasACommand) {
  const auto all = all_commands();
  EXPECT_GT(all.size(), 150U);
  std::set<const DocRow*> used;
  for (const DocCommand& command : all) {
    const DocRow* row = row_for(kElsewhere, command);
    if (row == nullptr) row = row_for(kExpected, command);
    EXPECT_NE(row, nullptr) << command.place() << ": no test runs the command; add a row to docs_tables.hpp";
    used.insert(row);
  }
  const auto expect_used = [&](const auto& rows) {
    for (const DocRow& row : rows) EXPECT_TRUE(used.contains(&row)) << row.page << ": no command matches " << row.command;
  };
  expect_used(kElsewhere);
  expect_used(kExpected);
}

TEST(DocsCommands, TheTestThatRunsACommandElsewhereExists) {
  for (const Elsewhere& row : kElsewhere) {
    if (*row.file == '\0') continue;
    const auto text = read_file(kRoot / row.file);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_NE(text->find(row.says), std::string::npos) << row.file << " does not contain " << row.says;
  }
}

/// The literal words of a command before its comment: no numbers, no PLACEHOLDERS, no [options].
std::vector<std::string> literal_words(const std::string& command) {
  std::vector<std::string> literal;
  for (const std::string& word : words(command.substr(0, command.find(" #")), " \n\\")) {
    if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-_./") == std::string::npos) literal.push_back(word);
  }
  return literal;
}

TEST(DocsCommands, FilesAndToolsOfCommandsExist) {
  const std::string presets = read_file(kRoot / "CMakePresets.json").value_or("");
  int tools = 0;
  for (const DocCommand& command : all_commands()) {
    const auto literal = literal_words(command.text);
    if (literal.empty()) continue;
    for (const std::string& word : literal) {
      if (!word.starts_with("docs/") && !word.starts_with("tools/")) continue;
      EXPECT_TRUE(fs::exists(kRoot / word)) << command.place();
    }
    if (!literal.front().starts_with("tools/") || fs::is_directory(kRoot / literal.front())) continue;
    ++tools;
    const auto script = read_file(kRoot / literal.front());
    ASSERT_TRUE(script) << command.place();
    for (std::size_t i = 1; i < literal.size(); ++i) {
      EXPECT_TRUE(script->find(literal[i]) != std::string::npos || presets.find('"' + literal[i] + '"') != std::string::npos)
          << command.place() << ": " << literal.front() << " has no " << literal[i];
    }
  }
  EXPECT_GT(tools, 30);
}

}  // namespace
}  // namespace procledger::test
