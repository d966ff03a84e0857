// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_cache.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "unit/rules/subjects.hpp"

namespace procledger::rules {
namespace {

constexpr SipKey kKey{1, 2};

MatchCache cache_for(std::vector<Rule> rules, std::size_t entries = MatchCache::kEntries) {
  return {std::make_shared<const RuleSet>(compiled(std::move(rules))), kKey, entries};
}

TEST(MatchCacheDecision, AForkStormOfOneProgramCostsOneEvaluation) {
  MatchCache cache = cache_for(
      {rule("{{.Matches.db}}", {.comm = {"postgres"}, .cmdline = {"(?P<db>\\w+)$"}, .pid = {7}}), rule("other", {.cmdline = {"never"}})});
  FakeSurroundings surroundings;
  surroundings.ancestors = {7};
  Subject subject = with_args("postgres: main"sv, "postgres");
  for (std::uint32_t tgid = 1000; tgid < 2000; ++tgid) {
    subject.tgid = tgid;
    subject.start_unix_ns = tgid;
    const auto verdict = cache.decide(subject, surroundings);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->name, "main");
  }
  EXPECT_EQ(cache.misses(), 1U);
  EXPECT_EQ(cache.hits(), 999U);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(MatchCacheDecision, RemembersThatNoRuleMatches) {
  MatchCache cache = cache_for({rule("a", {.comm = {"x"}})});
  EXPECT_FALSE(cache.decide(named("y"), FakeSurroundings{}));
  EXPECT_FALSE(cache.decide(named("y"), FakeSurroundings{}));
  EXPECT_EQ(cache.misses(), 1U);
  EXPECT_EQ(cache.hits(), 1U);
}

/// A change of one attribute, and rules that use only this attribute.
struct Need {
  const char* what;
  Match match;
  std::function<void(Subject&)> change;
  std::string name = "x";
};

const std::array kPaths{"/a"sv, "/b"sv};

std::vector<Need> all_needs() {
  using Kind = EnvCondition::Kind;
  const std::vector<std::string> z{"z"};
  return {
      {"comm", {.comm = z}, [](Subject& s) { s.comm = "z"; }},
      {"exe", {.exe = z}, [](Subject& s) { s.exe = "z"; }},
      {"argv0", {.argv0 = z}, [](Subject& s) { s.args = "z\0same"sv; }},
      {"cmdline", {.cmdline = z}, [](Subject& s) { s.args = "a\0z"sv; }},
      {"user name", {.user = z}, [](Subject& s) { s.user = "z"; }},
      {"uid", {.user = {"7"}}, [](Subject& s) { s.uid = 7; }},
      {"ppid", {.ppid = {7}}, [](Subject& s) { s.parent_tgid = 7; }},
      {"pid", {.pid = {7}}, [](Subject& s) { s.tgid = 7; }},
      {"env", {.env = {{"APP", Kind::kEquals, "z"}}}, [](Subject& s) { s.env = Environment{"APP=z\0"sv}; }},
      {"env not set", {.env = {{"APP", Kind::kAbsent, ""}}}, [](Subject& s) { s.env = Environment{}; }},
      {"cgroup", {.cgroup = {"/z"}}, [](Subject& s) { s.cgroup = "/z"; }},
      {"unit", {.unit = z}, [](Subject& s) { s.unit = "z"; }},
      {"namespace", {.namespaces = z}, [](Subject& s) { s.namespace_name = "z"; }},
      {"pod", {.pod = z}, [](Subject& s) { s.pod = "z"; }},
      {"container", {.container = z}, [](Subject& s) { s.container = "z"; }},
      {"kernel thread", {.cmdline = {"a"}}, [](Subject& s) { s.kernel_thread = true; }},
      {"number in a name", {}, [](Subject& s) { s.tgid = 7; }, "{{.PID}}"},
      {"start in a name", {}, [](Subject& s) { s.start_unix_ns = 0; }, "{{.StartTime}}"},
      {"cgroups in a name", {}, [](Subject& s) { s.cgroups = kPaths; }, "{{.Cgroups}}"},
      {"user in a name", {}, [](Subject& s) { s.uid = 7; }, "{{.Username}}"},
      {"comm in a name", {}, [](Subject& s) { s.comm = "z"; }, "{{.Comm}}"},
      {"argv0 in a name", {}, [](Subject& s) { s.args = "z\0same"sv; }, "{{.ExeFull}}"},
      {"exe in a name", {}, [](Subject& s) { s.exe = "z"; }, "{{.Exe}}"},
  };
}

TEST(MatchCacheKeys, SubjectsThatDifferInANeededFactNeverShare) {
  for (const Need& need : all_needs()) {
    const RuleSet set = compiled({rule(need.name, need.match)});
    MatchCache cache{std::make_shared<const RuleSet>(set), kKey};
    const Subject one = with_args("a\0same"sv);
    Subject other = one;
    need.change(other);
    for (const Subject* subject : std::array<const Subject*, 3>{&one, &other, &one}) {
      const auto cached = cache.decide(*subject, FakeSurroundings{});
      const auto plain = set.decide(*subject, FakeSurroundings{});
      ASSERT_EQ(cached != nullptr, plain.has_value()) << need.what;
      EXPECT_TRUE(!plain || *cached == *plain) << need.what;
    }
    EXPECT_EQ(cache.misses(), 2U) << need.what;
    EXPECT_NE(set.decide(one, FakeSurroundings{}), set.decide(other, FakeSurroundings{})) << need.what << ": the change changes nothing";
  }
}

TEST(MatchCacheKeys, SubjectsThatDifferInAnUnneededFactShare) {
  for (const Need& need : all_needs()) {
    if (need.what == "kernel thread"sv) continue;
    MatchCache cache = cache_for({rule("constant", {})});
    const Subject one = with_args("a\0same"sv);
    Subject other = one;
    need.change(other);
    cache.decide(one, FakeSurroundings{});
    cache.decide(other, FakeSurroundings{});
    EXPECT_EQ(cache.misses(), 1U) << need.what;
  }
}

TEST(MatchCacheKeys, OnlyWhatIsLookedAtCounts) {
  MatchCache cache = cache_for({rule("x", {.argv0 = {"a"}, .env = {{"APP", EnvCondition::Kind::kEquals, "1"}}})});
  Subject subject = with_args("a\0one"sv);
  subject.env = Environment{"X=1\0APP=1\0"sv};
  cache.decide(subject, FakeSurroundings{});
  subject.args = "a\0two\0\0"sv;
  subject.env = Environment{"APP=1\0Y=2\0"sv, true};
  cache.decide(subject, FakeSurroundings{});
  EXPECT_EQ(cache.misses(), 1U);
}

TEST(MatchCacheKeys, AFactCannotPassForAnother) {
  MatchCache cache = cache_for({rule("x", {.unit = {"a"}, .pod = {"b"}})});
  Subject subject = named("x");
  const std::array<std::pair<std::optional<std::string_view>, std::optional<std::string_view>>, 5> pairs{
      {{"ab", ""}, {"a", "b"}, {"", "ab"}, {"ab", std::nullopt}, {std::nullopt, "ab"}}};
  for (const auto& [unit, pod] : pairs) {
    subject.unit = unit;
    subject.pod = pod;
    EXPECT_EQ(cache.decide(subject, FakeSurroundings{}) != nullptr, unit == "a"sv);
  }
  EXPECT_EQ(cache.misses(), pairs.size());
}

TEST(MatchCacheDescent, AnswersArePartOfTheKey) {
  MatchCache cache = cache_for({rule("seven", {.pid = {7}}), rule("file", {.pidfile = {"/run/a.pid"}})});
  FakeSurroundings surroundings;
  const auto name = [&] {
    const auto verdict = cache.decide(named("x"), surroundings);
    return verdict ? verdict->name : "";
  };
  EXPECT_EQ(name(), "");
  surroundings.pidfiles = {{"/run/a.pid", 9}};
  EXPECT_EQ(name(), "");
  surroundings.ancestors = {9};
  EXPECT_EQ(name(), "file");
  surroundings.ancestors = {7, 9};
  EXPECT_EQ(name(), "seven");
  surroundings.ancestors = {9};
  EXPECT_EQ(name(), "file");
}

TEST(MatchCacheDescent, EachQuestionIsAskedOnce) {
  MatchCache cache = cache_for({rule("a", {.comm = {"no"}, .pid = {7, 8}}), rule("b", {.pid = {8}}), rule("c", {.pid = {7}})});
  const FakeSurroundings surroundings;
  cache.decide(named("x"), surroundings);
  EXPECT_EQ(surroundings.asked, 2);
}

TEST(MatchCacheBounds, HoldsNoMoreThanItMay) {
  MatchCache cache = cache_for({rule("{{.PID}}", {})}, 64);
  Subject subject = named("x");
  for (std::uint32_t tgid = 0; tgid < 10'000; ++tgid) {
    subject.tgid = tgid;
    EXPECT_EQ(cache.decide(subject, FakeSurroundings{})->name, std::to_string(tgid));
    ASSERT_LE(cache.size(), 64U);
  }
  EXPECT_GE(cache.size(), 32U);
}

TEST(MatchCacheBounds, WhatIsAskedForStays) {
  MatchCache cache = cache_for({rule("{{.PID}}", {})}, 64);
  Subject regular = named("x");
  Subject passing = named("x");
  for (std::uint32_t tgid = 1000; tgid < 2000; ++tgid) {
    passing.tgid = tgid;
    cache.decide(passing, FakeSurroundings{});
    cache.decide(regular, FakeSurroundings{});
  }
  EXPECT_EQ(cache.hits(), 999U);
}

TEST(MatchCacheBounds, LongNamesAreNotKept) {
  MatchCache cache = cache_for({rule("{{.Matches}}", {.cmdline = {".*"}})});
  const std::string args(5000, 'a');
  EXPECT_EQ(cache.decide(with_args(args), FakeSurroundings{})->name, "map[:" + args + "]");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(MatchCacheBounds, AVerdictOutlivesItsEntry) {
  MatchCache cache = cache_for({rule("{{.PID}}", {})}, 2);
  Subject subject = named("x");
  const auto first = cache.decide(subject, FakeSurroundings{});
  for (subject.tgid = 1000; subject.tgid < 1010; ++subject.tgid) cache.decide(subject, FakeSurroundings{});
  EXPECT_EQ(first->name, "100");
}

}  // namespace
}  // namespace procledger::rules
