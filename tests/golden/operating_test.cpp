// SPDX-License-Identifier: Apache-2.0
// What docs/operating.md tells people to type, and which events it explains, against the program.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "daemon/options.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

const std::string kRoot = std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/..";

std::vector<std::string> guide() { return words(read_file(kRoot + "/docs/operating.md").value_or(""), "\n"); }

/// Lines in fences that run the program, and such in the text: `procledger ...`.
std::vector<std::string> commands() {
  std::vector<std::string> found;
  bool fenced = false;
  for (const std::string& line : guide()) {
    if (line.starts_with("```")) fenced = !fenced;
    if (fenced && line.starts_with("procledger ")) found.push_back(line.substr(0, line.find_first_of(">|#")));
    for (std::size_t at = 0; (at = line.find("`procledger ", at)) != std::string::npos; ++at) {
      found.push_back(line.substr(at + 1, line.find('`', at + 1) - at - 1));
    }
  }
  return found;
}

TEST(OperatingGuide, CommandsAreUnderstood) {
  const auto all = commands();
  EXPECT_GT(all.size(), 8U);
  for (const std::string& command : all) {
    auto arguments = words(command, " ");
    arguments.erase(arguments.begin());
    const auto options = daemon::parse_options(arguments);
    EXPECT_TRUE(options) << command << ": " << options.error().message;
  }
}

/// Words in the first cell of the table of events.
std::set<std::string> events() {
  std::set<std::string> found;
  bool inside = false;
  for (const std::string& line : guide()) {
    if (line.starts_with("| event |")) inside = true;
    if (inside && !line.starts_with("|")) break;
    if (!inside || !line.starts_with("| `")) continue;
    for (const std::string& word : words(words(line, "|").at(0), "`, ")) found.insert(word);
  }
  return found;
}

TEST(OperatingGuide, ExplainsEventsThatExist) {
  std::string sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot + "/src")) {
    if (entry.path().extension() == ".cpp") sources += read_file(entry.path()).value_or("");
  }
  const auto all = events();
  EXPECT_GT(all.size(), 12U);
  for (const std::string& event : all) EXPECT_NE(sources.find('"' + event + '"'), std::string::npos) << event;
}

}  // namespace
}  // namespace procledger::test
