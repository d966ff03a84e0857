// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

using Kind = EnvCondition::Kind;

KnownProcess with_env(std::string_view block, bool cut = false) {
  KnownProcess process = named("x");
  process.env = Environment{block, cut};
  return process;
}

bool equals(std::string_view block, std::string text, bool cut = false) {
  return takes({.env = {{"APP", Kind::kEquals, std::move(text)}}}, with_env(block, cut));
}

bool env_matches(std::string_view block, std::string pattern) {
  return takes({.env = {{"APP", Kind::kPattern, std::move(pattern)}}}, with_env(block));
}

bool absent(const KnownProcess& process) { return takes({.env = {{"APP", Kind::kAbsent, ""}}}, process); }

TEST(MatchEnv, FindsAVariableByItsWholeName) {
  EXPECT_TRUE(equals("PATH=/bin\0APP=web\0X=1\0"sv, "web"));
  EXPECT_TRUE(equals("APP=web"sv, "web"));
  EXPECT_TRUE(equals("APP=a=b\0"sv, "a=b"));
  EXPECT_TRUE(equals("APP=\0"sv, ""));
  EXPECT_FALSE(equals("MYAPP=web\0APPS=web\0app=web\0APP\0"sv, "web"));
  EXPECT_FALSE(equals("APP=web2\0"sv, "web"));
  EXPECT_FALSE(equals("\0\0"sv, ""));
}

TEST(MatchEnv, TheFirstOfANameCounts) {
  EXPECT_TRUE(equals("\0APP=one\0APP=two\0"sv, "one"));
  EXPECT_FALSE(equals("APP=one\0APP=two\0"sv, "two"));
}

TEST(MatchEnv, PatternsAreForTheWholeValue) {
  EXPECT_TRUE(env_matches("APP=frontend\0"sv, "front.*"));
  EXPECT_FALSE(env_matches("APP=frontend\0"sv, "front"));
  EXPECT_FALSE(env_matches("APP=my frontend\0"sv, "front.*"));
  EXPECT_TRUE(env_matches("APP=a\xff\0"sv, "a."));
  EXPECT_FALSE(env_matches("X=1\0"sv, ".*"));
}

TEST(MatchEnv, NullMeansNotSet) {
  EXPECT_TRUE(absent(with_env("X=1\0"sv)));
  EXPECT_TRUE(absent(with_env("")));
  EXPECT_FALSE(absent(with_env("APP=\0"sv)));
}

TEST(MatchEnv, WhatIsNotKnownIsNeitherSetNorUnset) {
  EXPECT_FALSE(absent(named("x")));
  EXPECT_FALSE(takes({.env = {{"APP", Kind::kEquals, ""}}}, named("x")));
  EXPECT_FALSE(excludes({.env = {{"APP", Kind::kAbsent, ""}}}, named("x")));
}

TEST(MatchEnv, ACutEnvironmentVouchesForNothingItDoesNotShow) {
  EXPECT_FALSE(absent(with_env("X=1\0"sv, true)));
  EXPECT_FALSE(absent(with_env("X=1\0APP"sv, true)));
  EXPECT_TRUE(equals("APP=web\0X=1"sv, "web", true));
}

TEST(MatchEnv, HalfAVariableAtTheCutIsNone) {
  EXPECT_FALSE(equals("X=1\0APP=web"sv, "web", true)) << "the value may continue: web2";
  EXPECT_TRUE(equals("X=1\0APP=web\0"sv, "web", true));
}

TEST(MatchEnv, AllMustHoldButAnyExcludes) {
  const Match both{.env = {{"A", Kind::kEquals, "1"}, {"B", Kind::kAbsent, ""}}};
  EXPECT_TRUE(takes(both, with_env("A=1\0"sv)));
  EXPECT_FALSE(takes(both, with_env("A=1\0B=2\0"sv)));
  EXPECT_TRUE(excludes(both, with_env("A=1\0B=2\0"sv)));
  EXPECT_TRUE(excludes(both, with_env("A=2\0"sv)));
  EXPECT_FALSE(excludes(both, with_env("A=2\0B=2\0"sv)));
}

}  // namespace
}  // namespace procledger::rules
