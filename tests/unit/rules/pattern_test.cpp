// SPDX-License-Identifier: Apache-2.0
#include "core/rules/pattern.hpp"

#include <gtest/gtest.h>

#include <array>

namespace procledger::rules {
namespace {

Captures captured(std::string_view pattern, std::string_view text) {
  Captures captures;
  Pattern::parse(pattern)->capture(text, captures);
  return captures;
}

TEST(PatternCapture, WithoutGroupsIsTheWhole) { EXPECT_EQ(captured("b+", "abbc"), (Captures{{"", "bb"}})); }

TEST(PatternCapture, EmptyNameIsTheLastGroupWithoutAName) {
  EXPECT_EQ(captured("(\\d)(?P<kind>proc)", "x1proc"), (Captures{{"", "1"}, {"kind", "proc"}}));
  EXPECT_EQ(captured("(a)(b)", "ab"), (Captures{{"", "b"}}));
  EXPECT_EQ(captured("(?P<k>a)", "xa"), (Captures{{"", "a"}, {"k", "a"}}));
}

TEST(PatternCapture, AGroupThatTookNoPartIsEmpty) {
  EXPECT_EQ(captured("(?P<a>x)|(?P<b>y)", "y"), (Captures{{"", "y"}, {"a", ""}, {"b", "y"}}));
}

TEST(PatternCapture, ReplacesWhatAnEarlierPatternCaught) {
  Captures captures{{"a", "old"}, {"kept", "1"}};
  Pattern::parse("(?P<a>n)")->capture("n", captures);
  EXPECT_EQ(captures, (Captures{{"", "n"}, {"a", "n"}, {"kept", "1"}}));
}

TEST(PatternCapture, NothingWhereNothingIsFound) { EXPECT_EQ(captured("b", "a"), Captures{}); }

TEST(PatternMatch, TimeIsLinear) {
  EXPECT_FALSE(Pattern::parse("(a*)*b$")->found_in(std::string(100'000, 'a')));
  EXPECT_FALSE(Pattern::parse("(.*a){20}b")->found_in(std::string(20'000, 'a')));
}

struct BadPattern {
  std::string_view pattern;
  std::size_t offset;
  std::string_view message;
};

TEST(PatternParse, SaysWhatLinearTimeCannotHave) {
  const std::array cases{
      BadPattern{"ab(?=c)", 2, "looking ahead is not supported"},
      BadPattern{"(?!c)", 0, "looking ahead is not supported"},
      BadPattern{"x(?<=c)", 1, "looking behind is not supported"},
      BadPattern{"x(?<!c)", 1, "looking behind is not supported"},
      BadPattern{"x(?<name>c)", 1, "a group gets its name by (?P<name>...)"},
      BadPattern{"(?P<a>x)(?P=a)", 8, "back references are not supported"},
      BadPattern{"ab**", 2, "bad repetition operator: **"},
      BadPattern{"[\xff]", 0, "invalid UTF-8"},
  };
  for (const BadPattern& bad : cases) {
    const auto pattern = Pattern::parse(bad.pattern);
    ASSERT_FALSE(pattern) << bad.pattern;
    EXPECT_EQ(pattern.error().offset, bad.offset) << bad.pattern;
    EXPECT_EQ(pattern.error().message, bad.message);
  }
}

TEST(PatternParse, BoundsThePattern) {
  EXPECT_TRUE(Pattern::parse(std::string(16'384, 'a')));
  EXPECT_FALSE(Pattern::parse(std::string(16'385, 'a')));
  EXPECT_FALSE(Pattern::parse("((((x{100}){100}){100}){100})"));
}

}  // namespace
}  // namespace procledger::rules
