// SPDX-License-Identifier: Apache-2.0
// Small files that would need much memory or time.
#include <gtest/gtest.h>

#include "diagnosed.hpp"

namespace procledger::config {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ConfigBounds, LargeFileIsRefused) {
  EXPECT_EQ(said_about(std::string(kMaxFileBytes, '#')), "");
  EXPECT_EQ(said_about(std::string(kMaxFileBytes + 1, '#')),
            "c.yaml: error: the file is larger than 1048576 bytes; expected a smaller file\n");
}

TEST(ConfigBounds, EndlessFileIsRefused) {
  const Loaded loaded = load_file("/dev/zero");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().front().found, "the file is larger than 1048576 bytes");
}

TEST(ConfigBounds, DepthIsBounded) {
  EXPECT_EQ(said_about(repeated("[", 100) + repeated("]", 100)), "c.yaml:1:21: error: too many levels; expected at most 20\n");
  EXPECT_EQ(said_about(repeated("- ", 500'000)), "c.yaml:1:41: error: too many levels; expected at most 20\n");
  EXPECT_EQ(said_about(repeated("{a: ", 10'000) + repeated("}", 10'000)), "c.yaml:1:81: error: too many levels; expected at most 20\n");
}

TEST(ConfigBounds, DepthIsBoundedThroughAliases) {
  std::string text = "a: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_EQ(said_about(text), "c.yaml:19:12: error: too many levels; expected at most 20\n");
}

TEST(ConfigBounds, BillionLaughsEnd) {
  std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + repeated("," + before, 9) + "]\n";
  }
  const std::string said = said_about(text);
  EXPECT_NE(said.find("too many values; expected at most 100000; an alias counts like the values that it repeats"), std::string::npos)
      << said;
}

TEST(ConfigBounds, LongTextIsNotCopiedWithoutEnd) {
  const std::string text = "a: &a " + std::string(100'000, 'x') + "\nb: [*a" + repeated(",*a", 1000) + "]\n";
  EXPECT_NE(said_about(text).find("too many values"), std::string::npos);
}

TEST(ConfigBounds, ExpensivePatternsAreBoundedTogether) {
  std::string text = "groups:\n";
  for (int i = 0; i < 200; ++i) text += "- {name: a, match: {cmdline: '(?i)\\PL{40}" + std::to_string(i) + "'}}\n";
  EXPECT_NE(said_about(text).find("bad pattern: the patterns of this file are too large in total"), std::string::npos);
}

TEST(ConfigBounds, DiagnosticsAreBounded) {
  const std::string said = said_about("groups: [" + repeated("1,", 2000) + "]\n");
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1001);
  EXPECT_NE(said.find("c.yaml: error: 1000 more are not shown\n"), std::string::npos);
}

TEST(ConfigBounds, ManyGroupsAreFine) {
  std::string text = "groups:\n";
  for (int i = 0; i < 3000; ++i) text += "- {name: 'g" + std::to_string(i) + "', match: {comm: c" + std::to_string(i) + "}}\n";
  EXPECT_EQ(said_about(text), "");
}

}  // namespace
}  // namespace procledger::config
