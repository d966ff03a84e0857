// SPDX-License-Identifier: Apache-2.0
#include "core/rules/rule_set.hpp"

#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

TEST(RuleSetDecision, TheFirstRuleThatMatchesDecides) {
  const TriedRules set = compiled({rule("a", {.comm = {"x"}}), rule("b", {.comm = {"x", "y"}}), rule("c", {})});
  const Family family;
  EXPECT_EQ(set.match(named("x"), family), (RuleMatch{0, "a", {}, {}}));
  EXPECT_EQ(set.match(named("y"), family), (RuleMatch{1, "b", {}, {}}));
  EXPECT_EQ(set.match(named("z"), family), (RuleMatch{2, "c", {}, {}}));
}

TEST(RuleSetDecision, NoRuleNoMatch) {
  EXPECT_FALSE(compiled({}).match(named("x")));
  EXPECT_FALSE(compiled({rule("a", {.comm = {"y"}})}).match(named("x")));
}

TEST(RuleSetDecision, AnEmptyMatchTakesEverything) {
  EXPECT_TRUE(Match{}.empty());
  EXPECT_FALSE(Match{.ppid = {1}}.empty());
  EXPECT_TRUE(takes({}, named("x")));
  EXPECT_TRUE(takes({}, kernel_thread("kthreadd")));
}

TEST(RuleSetDecision, AllKeysMustHold) {
  const Match match{.comm = {"java"}, .cmdline = {"app"}, .user = {"0"}, .ppid = {1}};
  KnownProcess process = with_args("java\0app\0"sv, "java");
  EXPECT_TRUE(takes(match, process));
  process.parent_tgid = 2;
  EXPECT_FALSE(takes(match, process));
  process.parent_tgid = 1;
  process.uid = 1;
  EXPECT_FALSE(takes(match, process));
  process.uid = 0;
  process.comm = "python";
  EXPECT_FALSE(takes(match, process));
}

TEST(RuleSetDecision, AnySingleItemExcludes) {
  const Match exclude{.comm = {"pg_dump", "psql"}, .cmdline = {"--backup", "--restore"}, .user = {"26"}};
  EXPECT_FALSE(excludes(exclude, with_args("postgres"sv, "postgres")));
  EXPECT_TRUE(excludes(exclude, with_args("x"sv, "psql")));
  EXPECT_TRUE(excludes(exclude, with_args("x\0--restore\0"sv)));
  KnownProcess process = named("x");
  process.uid = 26;
  EXPECT_TRUE(excludes(exclude, process));
}

TEST(RuleSetDecision, AnExcludedProcessGoesToALaterRule) {
  const TriedRules set = compiled({rule("a", {.comm = {"x"}}, {.user = {"0"}}), rule("b", {.comm = {"x"}})});
  EXPECT_EQ(set.match(named("x"))->rule, 1U);
}

TEST(RuleSetDecision, AnEmptyExclusionExcludesNothing) { EXPECT_FALSE(excludes({}, named("x"))); }

TEST(RuleSetDecision, WhatIsNotKnownDoesNotExclude) {
  EXPECT_FALSE(excludes({.exe = {"**"}, .cmdline = {".*"}, .unit = {"*"}}, named("x")));
}

TEST(RuleSetDecision, RendersLabelsAndHandsOnTheDetail) {
  Rule with_labels = rule("{{.Comm}}", {.cmdline = {"(?P<db>\\w+)$"}});
  with_labels.labels = {{"team", "storage"}, {"db", "{{.Matches.db}}"}, {"pod", "{{.Pod}}"}};
  with_labels.series = {.threads = ThreadSeries::kByTid, .processes = true};
  const auto match = compiled({with_labels}).match(with_args("postgres\0main\0"sv, "pg"));
  ASSERT_TRUE(match);
  EXPECT_EQ(*match, (RuleMatch{0, "pg", {{"team", "storage"}, {"db", "main"}, {"pod", ""}}, with_labels.series}));
}

TEST(RuleSetFallback, RendersItsTemplateForWhatNoRuleTakes) {
  RuleBook book;
  book.fallback_series = {.threads = ThreadSeries::kByName};
  const TriedRules set = compiled_book(book);
  EXPECT_EQ(set.fallback(named("x")), (RuleMatch{std::nullopt, "x", {}, book.fallback_series}));
  book.fallback = "{{.Username}}/{{.ExeBase}}/{{.Matches}}";
  EXPECT_EQ(compiled_book(book).fallback(with_args("/bin/y\0"sv))->name, "0/y/map[]");
}

TEST(RuleSetFallback, MayBeNone) {
  RuleBook book;
  book.fallback = std::nullopt;
  EXPECT_FALSE(compiled_book(book).fallback(named("x")));
}

TEST(RuleSetRequired, NamesTheAttributesOfRulesAndTemplates) {
  RuleBook book;
  book.fallback = "{{.Unit}}";
  book.rules = {rule("{{.PID}}", {.argv0 = {"x"}, .env = {{"B", EnvCondition::Kind::kAbsent, ""}, {"A", EnvCondition::Kind::kAbsent, ""}}},
                     {.env = {{"B", EnvCondition::Kind::kEquals, "1"}}, .pod = {"*"}})};
  const RuleSet set = RuleSet::compile(book).value();
  for (const Attribute attribute : {Attribute::kTgid, Attribute::kArgv0, Attribute::kEnv, Attribute::kPod}) {
    EXPECT_TRUE(set.required_to_match().has(attribute));
  }
  for (const Attribute attribute : {Attribute::kComm, Attribute::kArgs, Attribute::kUid, Attribute::kDescent, Attribute::kUnit,
                                    Attribute::kStartTime, Attribute::kParentTgid}) {
    EXPECT_FALSE(set.required_to_match().has(attribute)) << static_cast<int>(attribute);
  }
  EXPECT_EQ(set.required().variables, (std::vector<std::string>{"B", "A"}));
  EXPECT_TRUE(set.required().has(Attribute::kUnit));
  EXPECT_TRUE(set.required().has(Attribute::kTgid));
  EXPECT_TRUE(set.required().has_kubernetes());
}

TEST(RuleSetRequired, NothingForNothing) {
  RuleBook book;
  book.fallback = "all";
  const RequiredAttributes required = RuleSet::compile(book)->required();
  for (std::size_t i = 0; i < kAttributes; ++i) EXPECT_FALSE(required.has(static_cast<Attribute>(i))) << i;
  EXPECT_FALSE(required.has_kubernetes());
}

}  // namespace
}  // namespace procledger::rules
