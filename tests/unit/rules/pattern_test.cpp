// SPDX-License-Identifier: Apache-2.0
#include "core/rules/pattern.hpp"

#include <gtest/gtest.h>

#include <array>

namespace procledger::rules {
namespace {

tl::expected<Pattern, SyntaxError> parsed(std::string_view pattern) { return PatternCompiler{}.regex(std::string{pattern}); }

Captures captured(std::string_view pattern, std::string_view text) {
  Captures captures;
  parsed(pattern)->capture(text, captures);
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
  parsed("(?P<a>n)")->capture("n", captures);
  EXPECT_EQ(captures, (Captures{{"", "n"}, {"a", "n"}, {"kept", "1"}}));
}

TEST(PatternCapture, NothingWhereNothingIsFound) { EXPECT_EQ(captured("b", "a"), Captures{}); }

TEST(PatternMatch, TimeIsLinear) {
  EXPECT_FALSE(parsed("(a*)*b$")->found_in(std::string(100'000, 'a')));
  EXPECT_FALSE(parsed("(.*a){20}b")->found_in(std::string(20'000, 'a')));
}

struct BadPattern {
  std::string_view pattern;
  std::size_t offset;
  std::string_view found;
  std::string_view hint = "";
};

TEST(PatternParse, SaysWhatLinearTimeCannotHave) {
  const std::array cases{
      BadPattern{"ab(?=c)", 2, "look-ahead is not supported", "exclude processes with the key not"},
      BadPattern{"(?!c)", 0, "look-ahead is not supported", "exclude processes with the key not"},
      BadPattern{"x(?<=c)", 1, "look-behind is not supported", "exclude processes with the key not"},
      BadPattern{"x(?<!c)", 1, "look-behind is not supported", "exclude processes with the key not"},
      BadPattern{"x(?<name>c)", 1, "write a named group as (?P<name>...)"},
      BadPattern{"(?P<a>x)(?P=a)", 8, "back references are not supported"},
      BadPattern{"ab**", 2, "bad repetition operator: **"},
      BadPattern{"[\xff]", 0, "invalid UTF-8"},
  };
  for (const BadPattern& bad : cases) {
    const auto pattern = parsed(bad.pattern);
    ASSERT_FALSE(pattern) << bad.pattern;
    EXPECT_EQ(pattern.error().offset, bad.offset) << bad.pattern;
    EXPECT_EQ(pattern.error().found, bad.found);
    EXPECT_EQ(pattern.error().expected, "a regular expression in RE2 syntax");
    EXPECT_EQ(pattern.error().hint, bad.hint);
  }
}

TEST(PatternParse, BoundsThePattern) {
  EXPECT_TRUE(parsed(std::string(16'384, 'a')));
  EXPECT_FALSE(parsed(std::string(16'385, 'a')));
  EXPECT_FALSE(parsed("((((x{100}){100}){100}){100})"));
}

TEST(PatternCompiling, HappensOnceForEachText) {
  PatternCompiler compiler;
  const auto& first = compiler.regex("a+");
  EXPECT_EQ(&compiler.regex("a+"), &first);
  EXPECT_EQ(compiler.compiled(), 1U);
  EXPECT_FALSE(compiler.regex("("));
  EXPECT_FALSE(compiler.regex("("));
  EXPECT_EQ(compiler.compiled(), 2U);
  const auto& whole = compiler.glob("a*");
  EXPECT_EQ(&compiler.glob("a*"), &whole);
  EXPECT_EQ(compiler.compiled(), 3U);
  const auto& subtree = compiler.glob("a*", Glob::Reach::kSubtree);
  EXPECT_NE(&subtree, &whole);
  EXPECT_TRUE(subtree->matches("ab/c"));
  EXPECT_FALSE(whole->matches("ab/c"));
}

TEST(PatternCompiling, IsBoundedForAllTogether) {
  PatternCompiler compiler;
  const auto good = [&compiler](int i) { return compiler.regex("(?i)\\PL{40}" + std::to_string(i)).has_value(); };
  EXPECT_TRUE(good(0));
  int last = 0;
  while (last < 1000 && good(last)) ++last;
  ASSERT_LT(last, 1000);
  EXPECT_EQ(compiler.regex("fine").error().found, "the patterns of this file are too large in total");
  EXPECT_TRUE(good(0)) << "known";
}

}  // namespace
}  // namespace procledger::rules
