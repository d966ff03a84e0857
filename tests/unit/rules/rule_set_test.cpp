// SPDX-License-Identifier: Apache-2.0
#include "core/rules/rule_set.hpp"

#include <gtest/gtest.h>

#include "unit/rules/subjects.hpp"

namespace procledger::rules {
namespace {

TEST(RuleSetDecision, TheFirstRuleThatMatchesDecides) {
  const RuleSet set = compiled({rule("a", {.comm = {"x"}}), rule("b", {.comm = {"x", "y"}}), rule("c", {})});
  const FakeSurroundings surroundings;
  EXPECT_EQ(set.decide(named("x"), surroundings), (Verdict{0, "a", {}, {}}));
  EXPECT_EQ(set.decide(named("y"), surroundings), (Verdict{1, "b", {}, {}}));
  EXPECT_EQ(set.decide(named("z"), surroundings), (Verdict{2, "c", {}, {}}));
}

TEST(RuleSetDecision, NoRuleNoVerdict) {
  EXPECT_FALSE(compiled({}).decide(named("x"), FakeSurroundings{}));
  EXPECT_FALSE(compiled({rule("a", {.comm = {"y"}})}).decide(named("x"), FakeSurroundings{}));
}

TEST(RuleSetDecision, AnEmptyMatchTakesEverything) {
  EXPECT_TRUE(Match{}.empty());
  EXPECT_FALSE(Match{.ppid = {1}}.empty());
  EXPECT_TRUE(takes({}, named("x")));
  EXPECT_TRUE(takes({}, kernel_thread("kthreadd")));
}

TEST(RuleSetDecision, AllKeysMustHold) {
  const Match match{.comm = {"java"}, .cmdline = {"app"}, .user = {"0"}, .ppid = {1}};
  Subject subject = with_args("java\0app\0"sv, "java");
  EXPECT_TRUE(takes(match, subject));
  subject.parent_tgid = 2;
  EXPECT_FALSE(takes(match, subject));
  subject.parent_tgid = 1;
  subject.uid = 1;
  EXPECT_FALSE(takes(match, subject));
  subject.uid = 0;
  subject.comm = "python";
  EXPECT_FALSE(takes(match, subject));
}

TEST(RuleSetDecision, AnySingleItemExcludes) {
  const Match exclude{.comm = {"pg_dump", "psql"}, .cmdline = {"--backup", "--restore"}, .user = {"26"}};
  EXPECT_FALSE(excludes(exclude, with_args("postgres"sv, "postgres")));
  EXPECT_TRUE(excludes(exclude, with_args("x"sv, "psql")));
  EXPECT_TRUE(excludes(exclude, with_args("x\0--restore\0"sv)));
  Subject subject = named("x");
  subject.uid = 26;
  EXPECT_TRUE(excludes(exclude, subject));
}

TEST(RuleSetDecision, AnExcludedProcessGoesToALaterRule) {
  const RuleSet set = compiled({rule("a", {.comm = {"x"}}, {.user = {"0"}}), rule("b", {.comm = {"x"}})});
  EXPECT_EQ(set.decide(named("x"), FakeSurroundings{})->rule, 1U);
}

TEST(RuleSetDecision, AnEmptyExclusionExcludesNothing) { EXPECT_FALSE(excludes({}, named("x"))); }

TEST(RuleSetDecision, WhatIsNotKnownDoesNotExclude) {
  EXPECT_FALSE(excludes({.exe = {"**"}, .cmdline = {".*"}, .unit = {"*"}}, named("x")));
}

TEST(RuleSetDecision, RendersLabelsAndHandsOnTheDetail) {
  Rule with_labels = rule("{{.Comm}}", {.cmdline = {"(?P<db>\\w+)$"}});
  with_labels.labels = {{"team", "storage"}, {"db", "{{.Matches.db}}"}, {"pod", "{{.Pod}}"}};
  with_labels.detail = {.threads = ThreadSeries::kByTid, .processes = true};
  const auto verdict = compiled({with_labels}).decide(with_args("postgres\0main\0"sv, "pg"), FakeSurroundings{});
  ASSERT_TRUE(verdict);
  EXPECT_EQ(*verdict, (Verdict{0, "pg", {{"team", "storage"}, {"db", "main"}, {"pod", ""}}, with_labels.detail}));
}

TEST(RuleSetFallback, RendersItsTemplateForWhatNoRuleTakes) {
  RuleBook book;
  book.fallback_detail = {.threads = ThreadSeries::kByName};
  const RuleSet set = RuleSet::compile(book).value();
  EXPECT_EQ(set.fallback(named("x")), (Verdict{std::nullopt, "x", {}, book.fallback_detail}));
  book.fallback = "{{.Username}}/{{.ExeBase}}/{{.Matches}}";
  EXPECT_EQ(RuleSet::compile(book)->fallback(with_args("/bin/y\0"sv))->name, "0/y/map[]");
}

TEST(RuleSetFallback, MayBeNone) {
  RuleBook book;
  book.fallback = std::nullopt;
  EXPECT_FALSE(RuleSet::compile(book)->fallback(named("x")));
}

TEST(RuleSetNeeds, NamesWhatRulesAndTemplatesLookAt) {
  RuleBook book;
  book.fallback = "{{.Unit}}";
  book.rules = {rule("{{.PID}}", {.argv0 = {"x"}, .env = {{"B", EnvCondition::Kind::kAbsent, ""}, {"A", EnvCondition::Kind::kAbsent, ""}}},
                     {.env = {{"B", EnvCondition::Kind::kEquals, "1"}}, .pod = {"*"}})};
  const RuleSet set = RuleSet::compile(book).value();
  for (const Fact fact : {Fact::kTgid, Fact::kArgv0, Fact::kEnv, Fact::kPod}) EXPECT_TRUE(set.decision_needs().has(fact));
  for (const Fact fact : {Fact::kComm, Fact::kArgs, Fact::kUid, Fact::kDescent, Fact::kUnit, Fact::kStartTime, Fact::kParentTgid}) {
    EXPECT_FALSE(set.decision_needs().has(fact)) << static_cast<int>(fact);
  }
  EXPECT_EQ(set.needs().variables, (std::vector<std::string>{"B", "A"}));
  EXPECT_TRUE(set.needs().has(Fact::kUnit));
  EXPECT_TRUE(set.needs().has(Fact::kTgid));
  EXPECT_TRUE(set.needs().has_kubernetes());
}

TEST(RuleSetNeeds, NothingForNothing) {
  RuleBook book;
  book.fallback = "all";
  const Needs needs = RuleSet::compile(book)->needs();
  for (std::size_t fact = 0; fact < kFacts; ++fact) EXPECT_FALSE(needs.has(static_cast<Fact>(fact))) << fact;
  EXPECT_FALSE(needs.has_kubernetes());
}

}  // namespace
}  // namespace procledger::rules
