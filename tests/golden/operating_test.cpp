// SPDX-License-Identifier: Apache-2.0
// The events that docs/operating.md explains are the events of the program.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace procledger::test {
namespace {

const std::string kRoot = std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/..";

std::vector<std::string> guide() { return words(read_file(kRoot + "/docs/operating.md").value_or(""), "\n"); }

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
