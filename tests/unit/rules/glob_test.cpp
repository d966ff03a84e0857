// SPDX-License-Identifier: Apache-2.0
#include "core/rules/pattern.hpp"

#include <gtest/gtest.h>

#include <array>

namespace procledger::rules {
namespace {

tl::expected<Glob, SyntaxError> parsed_glob(std::string_view pattern, Glob::Reach reach = Glob::Reach::kWhole) {
  return PatternCompiler{}.glob(std::string{pattern}, reach);
}

bool matches(std::string_view pattern, std::string_view text, Glob::Reach reach = Glob::Reach::kWhole) {
  const auto glob = parsed_glob(pattern, reach);
  EXPECT_TRUE(glob) << pattern;
  return glob && glob->matches(text);
}

bool takes(std::string_view pattern, std::string_view path) { return matches(pattern, path, Glob::Reach::kSubtree); }

TEST(GlobMatch, PlainTextMatchesOnlyItself) {
  EXPECT_TRUE(matches("/usr/bin/env", "/usr/bin/env"));
  EXPECT_FALSE(matches("/usr/bin/env", "/usr/bin/env2"));
  EXPECT_FALSE(matches("/usr/bin/env", "/usr/bin/en"));
  EXPECT_FALSE(matches("a.c", "abc"));
  EXPECT_TRUE(matches("a+(b)|c$", "a+(b)|c$"));
}

TEST(GlobMatch, StarStaysInAComponent) {
  EXPECT_TRUE(matches("/usr/lib/postgresql/*/bin/postgres", "/usr/lib/postgresql/15/bin/postgres"));
  EXPECT_FALSE(matches("/usr/lib/postgresql/*/bin/postgres", "/usr/lib/postgresql/15/x/bin/postgres"));
  EXPECT_TRUE(matches("pg-*", "pg-"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("*", "a/b"));
  EXPECT_TRUE(matches("*a*a*", "banana"));
}

TEST(GlobMatch, TwoStarsCrossComponents) {
  EXPECT_TRUE(matches("/opt/**", "/opt/a/b"));
  EXPECT_TRUE(matches("/opt/**", "/opt/"));
  EXPECT_FALSE(matches("/opt/**", "/opt"));
  EXPECT_TRUE(matches("/a**z", "/a/b/z"));
  EXPECT_TRUE(matches("***", "a/b"));
}

TEST(GlobMatch, TwoStarsAndASlashAreAnyNumberOfComponents) {
  EXPECT_TRUE(matches("/usr/**/bin", "/usr/bin"));
  EXPECT_TRUE(matches("/usr/**/bin", "/usr/a/b/bin"));
  EXPECT_FALSE(matches("/usr/**/bin", "/usr/sbin"));
  EXPECT_TRUE(matches("**/bash", "bash"));
  EXPECT_TRUE(matches("**/bash", "/bin/bash"));
  EXPECT_FALSE(matches("**/bash", "/bin/rbash"));
}

TEST(GlobMatch, QuestionMarkIsOneByteButNoSlash) {
  EXPECT_TRUE(matches("a?c", "abc"));
  EXPECT_TRUE(matches("a?c", "a\nc"));
  EXPECT_FALSE(matches("a?c", "ac"));
  EXPECT_FALSE(matches("a?c", "a/c"));
}

TEST(GlobMatch, SetsHoldBytesAndRanges) {
  EXPECT_TRUE(matches("[abc]x", "bx"));
  EXPECT_FALSE(matches("[abc]x", "dx"));
  EXPECT_TRUE(matches("[a-cx]", "x"));
  EXPECT_TRUE(matches("[!a-z]", "A"));
  EXPECT_TRUE(matches("[^a-z]", "\xff"));
  EXPECT_FALSE(matches("[!a-z]", "m"));
  EXPECT_FALSE(matches("[!a]", "/"));
  EXPECT_FALSE(matches("[.-0]", "/"));
  EXPECT_TRUE(matches("[]]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[a\\]]", "]"));
  EXPECT_TRUE(matches("[\\-x]", "-"));
}

TEST(GlobMatch, BackslashTakesTheMeaningAway) {
  EXPECT_TRUE(matches("a\\*b", "a*b"));
  EXPECT_FALSE(matches("a\\*b", "axb"));
  EXPECT_TRUE(matches("\\[x]", "[x]"));
  EXPECT_TRUE(matches("*\\\\", "x\\"));
}

TEST(GlobMatch, BytesAreBytes) {
  EXPECT_TRUE(matches("*.service", "\xff\x80\n.service"));
  EXPECT_TRUE(matches("caf\xc3\xa9*", "caf\xc3\xa9s"));
  EXPECT_TRUE(matches("*b", std::string_view{"a\0b", 3}));
  EXPECT_FALSE(matches("a*", std::string_view{"\0a", 2}));
}

TEST(GlobMatch, TimeIsLinear) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(100'000, 'a')));
  EXPECT_FALSE(matches("**a**a**a**a**a**a**a**b", std::string(100'000, 'a')));
}

TEST(GlobSubtree, TakesWhatLiesBelow) {
  EXPECT_TRUE(takes("/system.slice/*", "/system.slice/a.service"));
  EXPECT_TRUE(takes("/system.slice/*", "/system.slice/a.service/child/deep"));
  EXPECT_FALSE(takes("/system.slice/*", "/system.slice"));
  EXPECT_FALSE(takes("/system.slice", "/system.slices"));
  EXPECT_TRUE(takes("/system.slice", "/system.slice/x"));
  EXPECT_TRUE(takes("/system.slice", "/system.slice"));
  EXPECT_FALSE(takes("/user-[0-9]", "/user-10"));
}

TEST(GlobSubtree, ASlashBehindChangesNothing) {
  for (const std::string_view pattern : {"/a/", "/*/", "/a//"}) {
    EXPECT_TRUE(takes(pattern, "/a")) << pattern;
    EXPECT_TRUE(takes(pattern, "/a/b")) << pattern;
    EXPECT_FALSE(matches(pattern, "/a")) << pattern;
  }
}

TEST(GlobSubtree, TheRootTakesEverything) {
  EXPECT_TRUE(takes("/", "/"));
  EXPECT_TRUE(takes("/", "/a/b"));
  EXPECT_FALSE(takes("/a/b", "/a"));
}

struct Bad {
  std::string_view pattern;
  std::size_t offset;
  std::string_view found;
};

TEST(GlobParse, SaysWhereAPatternGoesWrong) {
  const std::array cases{
      Bad{"", 0, "an empty pattern matches nothing"},
      Bad{"a[bc", 1, "\"[\" is never closed"},
      Bad{"[]", 0, "\"[\" is never closed"},
      Bad{"[!]", 0, "\"[\" is never closed"},
      Bad{"[a\\", 0, "\"[\" is never closed"},
      Bad{"ab\\", 2, "\"\\\" at the end escapes nothing"},
      Bad{"x[z-a]", 2, "the range \"z-a\" runs backwards"},
      Bad{"[/]", 0, "this set matches nothing, because a set never contains \"/\""},
  };
  for (const Bad& bad : cases) {
    const auto glob = parsed_glob(bad.pattern);
    ASSERT_FALSE(glob) << bad.pattern;
    EXPECT_EQ(glob.error().offset, bad.offset) << bad.pattern;
    EXPECT_EQ(glob.error().found, bad.found);
  }
}

TEST(GlobParse, BoundsThePattern) {
  for (const std::string_view unit : {"?", "*", "x", "[!a]"}) {
    std::string longest;
    while (longest.size() < 4096) longest += unit;
    EXPECT_TRUE(parsed_glob(longest)) << unit;
    const auto longer = parsed_glob(longest + "x");
    ASSERT_FALSE(longer) << unit;
    EXPECT_EQ(longer.error().found, "a pattern has at most 4096 bytes");
  }
}

}  // namespace
}  // namespace procledger::rules
