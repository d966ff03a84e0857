// SPDX-License-Identifier: Apache-2.0
// The examples of docs/configuration.md are valid configurations.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "core/config/load.hpp"

namespace procledger::config {
namespace {

std::vector<std::string> yaml_examples() {
  std::ifstream page{PROCLEDGER_TEST_SOURCE_DIR "/../docs/configuration.md"};
  std::vector<std::string> examples;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```yaml") {
      inside = true;
      examples.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      examples.back() += line + "\n";
    }
  }
  return examples;
}

TEST(ConfigurationDoc, ExamplesAreSound) {
  const auto examples = yaml_examples();
  EXPECT_GE(examples.size(), 3U);
  for (const std::string& text : examples) {
    const Loaded loaded = load_text(text);
    EXPECT_EQ(format(loaded ? loaded->warnings : loaded.error(), "docs/configuration.md"), "") << text;
  }
}

}  // namespace
}  // namespace procledger::config
