// SPDX-License-Identifier: Apache-2.0
#include "core/config/texts.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "diagnosed.hpp"

namespace procledger::config {
namespace {

TEST(DefaultConfig, ReadsBackAsTheDefaults) {
  const Loaded loaded = load_text(default_config_text());
  ASSERT_TRUE(loaded) << format(loaded.error(), "default.yaml");
  EXPECT_EQ(loaded->config, Config{});
  EXPECT_TRUE(loaded->warnings.empty());
}

TEST(DefaultConfig, SaysEveryValue) {
  // Another value must change the configuration; a key in a comment would not.
  const std::string text{default_config_text()};
  for (const char* line :
       {"\n  interval: 0s ", "\n  lifetime_histogram: true ", "\n  groups: 1000 ", "\n  series: 50000 ", "\n  label_bytes: 128 ",
        "\ngroups: [] ", "\ndefault: \"{{.Comm}}\" ", "\nchildren: inherit ", "\nexclude_self: false ", "\n  labels: [] "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(DefaultConfig, ItsExamplesAreGood) {
  std::istringstream lines{std::string{default_config_text()}};
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("groups: []")) line = "groups:";
    if (line.starts_with("#  ")) line.erase(0, 1);
    text += line + "\n";
  }
  const Loaded loaded = load_text(text);
  ASSERT_TRUE(loaded) << format(loaded.error(), "default.yaml") << text;
  EXPECT_EQ(format(loaded->warnings, "default.yaml"), "");
  EXPECT_EQ(loaded->config.book.rules.size(), 1U);
  EXPECT_EQ(loaded->config.containers.classes.size(), 2U);
}

}  // namespace
}  // namespace procledger::config
