// SPDX-License-Identifier: Apache-2.0
// Whoever copies a command out of the documentation must not be told that it is none.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "daemon/report_options.hpp"
#include "daemon/stats_options.hpp"
#include "daemon/subcommands.hpp"
#include "support/files.hpp"

namespace procledger::daemon {
namespace {

using DocWords = std::vector<std::string>;

/// The words of a shell's command up to a pipe; single and double quotes only.
DocWords words_of(std::string_view text) {
  DocWords words;
  std::string word;
  char quote = 0;
  bool begun = false;
  for (const char c : text) {
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      begun = true;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '|' || c == '`' || c == '\n' || c == '\\')) {
      break;
    } else if (quote == 0 && c == ' ') {
      if (begun) words.push_back(word);
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(word);
  return words;
}

/// What follows each mention of the command that has a flag.
std::vector<DocWords> doc_commands(const std::string& command) {
  std::vector<DocWords> found;
  const std::filesystem::path root = std::filesystem::path{PROCLEDGER_TEST_SOURCE_DIR}.parent_path();
  for (const auto& file : std::filesystem::directory_iterator{root / "docs"}) {
    if (file.path().extension() != ".md" || file.path().filename() == "command-line.md") continue;  // that one shows forms
    const std::string text = test::read_file(file.path()).value_or("");
    for (std::size_t at = text.find(command); at != std::string::npos; at = text.find(command, at + 1)) {
      DocWords words = words_of(std::string_view{text}.substr(at + command.size()));
      if (!words.empty()) found.push_back(std::move(words));
    }
  }
  return found;
}

std::string joined(const DocWords& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

TEST(DocCommands, OfStatsAreTaken) {
  const auto all = doc_commands("procledger stats ");
  EXPECT_GE(all.size(), 6U);
  for (DocWords words : all) {
    for (std::string& word : words) {
      if (word.starts_with("$(")) word = "1";  // a number that a shell would put there
    }
    StatsFlags flags;
    CLI::App app;
    define_stats_options(app, flags);
    const auto parsed = parse_flags(app, words);
    ASSERT_TRUE(parsed) << joined(words) << parsed.error().message;
    const auto options = interpret(flags);
    EXPECT_TRUE(options) << joined(words) << options.error().message;
  }
}

TEST(DocCommands, OfReportAreTaken) {
  const auto all = doc_commands("procledger report ");
  EXPECT_GE(all.size(), 3U);
  for (const DocWords& words : all) {
    ReportFlags flags;
    CLI::App app;
    define_report_options(app, flags);
    const auto parsed = parse_flags(app, words);
    ASSERT_TRUE(parsed) << joined(words) << parsed.error().message;
    const auto options = interpret(flags);
    EXPECT_TRUE(options) << joined(words) << options.error().message;
  }
}

}  // namespace
}  // namespace procledger::daemon
