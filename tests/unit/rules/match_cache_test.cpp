// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_cache.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

constexpr SipKey kKey{1, 2};

/// A cache for known processes.
class TriedCache final : public MatchCache {
 public:
  explicit TriedCache(std::shared_ptr<const RuleSet> rules, std::size_t entries = kEntries)
      : MatchCache{rules, kKey, entries}, rules_{std::move(rules)} {}

  std::shared_ptr<const RuleMatch> match(const KnownProcess& known, const Family& family = {}) {
    Trial trial{known, family, rules_->required()};
    return MatchCache::match(trial.attributes);
  }

 private:
  std::shared_ptr<const RuleSet> rules_;
};

TriedCache cache_for(std::vector<Rule> rules, std::size_t entries = MatchCache::kEntries) {
  return TriedCache{std::make_shared<const RuleSet>(compiled(std::move(rules))), entries};
}

TEST(MatchCacheDecision, AForkStormOfOneProgramCostsOneEvaluation) {
  TriedCache cache = cache_for(
      {rule("{{.Matches.db}}", {.comm = {"postgres"}, .cmdline = {"(?P<db>\\w+)$"}, .pid = {7}}), rule("other", {.cmdline = {"never"}})});
  Family family;
  family.ancestors = {7};
  KnownProcess process = with_args("postgres: main"sv, "postgres");
  for (std::uint32_t tgid = 1000; tgid < 2000; ++tgid) {
    process.tgid = tgid;
    process.start_unix_ns = tgid;
    const auto match = cache.match(process, family);
    ASSERT_TRUE(match);
    EXPECT_EQ(match->name, "main");
  }
  EXPECT_EQ(cache.misses(), 1U);
  EXPECT_EQ(cache.hits(), 999U);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(MatchCacheDecision, RemembersThatNoRuleMatches) {
  TriedCache cache = cache_for({rule("a", {.comm = {"x"}})});
  EXPECT_FALSE(cache.match(named("y")));
  EXPECT_FALSE(cache.match(named("y")));
  EXPECT_EQ(cache.misses(), 1U);
  EXPECT_EQ(cache.hits(), 1U);
}

/// A change of one attribute, and rules that use only this attribute.
struct Need {
  const char* what;
  Match match;
  std::function<void(KnownProcess&)> change;
  std::string name = "x";
};

std::vector<Need> all_needs() {
  using Kind = EnvCondition::Kind;
  const std::vector<std::string> z{"z"};
  return {
      {"comm", {.comm = z}, [](KnownProcess& s) { s.comm = "z"; }},
      {"exe", {.exe = z}, [](KnownProcess& s) { s.exe = "z"; }},
      {"argv0", {.argv0 = z}, [](KnownProcess& s) { s.args = "z\0same"sv; }},
      {"cmdline", {.cmdline = z}, [](KnownProcess& s) { s.args = "a\0z"sv; }},
      {"user name", {.user = z}, [](KnownProcess& s) { s.user = "z"; }},
      {"uid", {.user = {"7"}}, [](KnownProcess& s) { s.uid = 7; }},
      {"ppid", {.ppid = {7}}, [](KnownProcess& s) { s.parent_tgid = 7; }},
      {"pid", {.pid = {7}}, [](KnownProcess& s) { s.tgid = 7; }},
      {"env", {.env = {{"APP", Kind::kEquals, "z"}}}, [](KnownProcess& s) { s.env = Environment{"APP=z\0"sv}; }},
      {"env not set", {.env = {{"APP", Kind::kAbsent, ""}}}, [](KnownProcess& s) { s.env = Environment{}; }},
      {"cgroup", {.cgroup = {"/z"}}, [](KnownProcess& s) { s.cgroup = "/z"; }},
      {"unit", {.unit = z}, [](KnownProcess& s) { s.unit = "z"; }},
      {"namespace", {.namespaces = z}, [](KnownProcess& s) { s.namespace_name = "z"; }},
      {"pod", {.pod = z}, [](KnownProcess& s) { s.pod = "z"; }},
      {"container", {.container = z}, [](KnownProcess& s) { s.container = "z"; }},
      {"kernel thread", {.cmdline = {"a"}}, [](KnownProcess& s) { s.kernel_thread = true; }},
      {"number in a name", {}, [](KnownProcess& s) { s.tgid = 7; }, "{{.PID}}"},
      {"start in a name", {}, [](KnownProcess& s) { s.start_unix_ns = 1'000'000'000; }, "{{.StartTime}}"},
      {"cgroups in a name", {}, [](KnownProcess& s) { s.cgroups = {"/a", "/b"}; }, "{{.Cgroups}}"},
      {"user in a name", {}, [](KnownProcess& s) { s.uid = 7; }, "{{.Username}}"},
      {"comm in a name", {}, [](KnownProcess& s) { s.comm = "z"; }, "{{.Comm}}"},
      {"argv0 in a name", {}, [](KnownProcess& s) { s.args = "z\0same"sv; }, "{{.ExeFull}}"},
      {"exe in a name", {}, [](KnownProcess& s) { s.exe = "z"; }, "{{.Exe}}"},
  };
}

TEST(MatchCacheKeys, ProcessesThatDifferInARequiredAttributeNeverShare) {
  for (const Need& need : all_needs()) {
    const TriedRules set = compiled({rule(need.name, need.match)});
    TriedCache cache{std::make_shared<const RuleSet>(set)};
    const KnownProcess one = with_args("a\0same"sv);
    KnownProcess other = one;
    need.change(other);
    for (const KnownProcess* process : {&one, static_cast<const KnownProcess*>(&other), &one}) {
      const auto cached = cache.match(*process);
      const auto plain = set.match(*process);
      ASSERT_EQ(cached != nullptr, plain.has_value()) << need.what;
      EXPECT_TRUE(!plain || *cached == *plain) << need.what;
    }
    EXPECT_EQ(cache.misses(), 2U) << need.what;
    EXPECT_NE(set.match(one), set.match(other)) << need.what << ": the change changes nothing";
  }
}

TEST(MatchCacheKeys, ProcessesThatDifferInAnotherAttributeShare) {
  for (const Need& need : all_needs()) {
    if (need.what == "kernel thread"sv) continue;
    TriedCache cache = cache_for({rule("constant", {})});
    const KnownProcess one = with_args("a\0same"sv);
    KnownProcess other = one;
    need.change(other);
    cache.match(one);
    cache.match(other);
    EXPECT_EQ(cache.misses(), 1U) << need.what;
  }
}

TEST(MatchCacheKeys, OnlyRequiredAttributesCount) {
  TriedCache cache = cache_for({rule("x", {.argv0 = {"a"}, .env = {{"APP", EnvCondition::Kind::kEquals, "1"}}})});
  KnownProcess process = with_args("a\0one"sv);
  process.env = Environment{"X=1\0APP=1\0"sv};
  cache.match(process);
  process.args = "a\0two\0\0"sv;
  process.env = Environment{"APP=1\0Y=2\0"sv, true};
  cache.match(process);
  EXPECT_EQ(cache.misses(), 1U);
}

TEST(MatchCacheKeys, AnAttributeCannotPassForAnother) {
  TriedCache cache = cache_for({rule("x", {.exe = {"a"}, .cmdline = {"b"}})});
  KnownProcess process = named("x");
  const std::array<std::pair<std::optional<std::string_view>, std::optional<std::string_view>>, 5> pairs{
      {{"ab", ""}, {"a", "b"}, {"", "ab"}, {"ab", std::nullopt}, {std::nullopt, "ab"}}};
  for (const auto& [exe, args] : pairs) {
    process.exe = exe;
    process.args = args;
    EXPECT_EQ(cache.match(process) != nullptr, exe == "a"sv);
  }
  EXPECT_EQ(cache.misses(), pairs.size());
}

TEST(MatchCacheDescent, AnswersArePartOfTheKey) {
  TriedCache cache = cache_for({rule("seven", {.pid = {7}}), rule("file", {.pidfile = {"/run/a.pid"}})});
  Family family;
  const auto name = [&] {
    const auto match = cache.match(named("x"), family);
    return match ? match->name : "";
  };
  EXPECT_EQ(name(), "");
  family.pidfiles = {{"/run/a.pid", 9}};
  EXPECT_EQ(name(), "");
  family.ancestors = {9};
  EXPECT_EQ(name(), "file");
  family.ancestors = {7, 9};
  EXPECT_EQ(name(), "seven");
  family.ancestors = {9};
  EXPECT_EQ(name(), "file");
}

TEST(MatchCacheDescent, EachQuestionIsAskedOnce) {
  TriedCache cache = cache_for({rule("a", {.comm = {"no"}, .pid = {7, 8}}), rule("b", {.pid = {8}}), rule("c", {.pid = {7}})});
  const Family family;
  cache.match(named("x"), family);
  EXPECT_EQ(family.asked, 2);
}

TEST(MatchCacheBounds, HoldsNoMoreThanItMay) {
  TriedCache cache = cache_for({rule("{{.PID}}", {})}, 64);
  KnownProcess process = named("x");
  for (std::uint32_t tgid = 0; tgid < 10'000; ++tgid) {
    process.tgid = tgid;
    EXPECT_EQ(cache.match(process)->name, std::to_string(tgid));
    ASSERT_LE(cache.size(), 64U);
  }
  EXPECT_GE(cache.size(), 32U);
}

TEST(MatchCacheBounds, WhatIsAskedForStays) {
  TriedCache cache = cache_for({rule("{{.PID}}", {})}, 64);
  KnownProcess regular = named("x");
  KnownProcess passing = named("x");
  for (std::uint32_t tgid = 1000; tgid < 2000; ++tgid) {
    passing.tgid = tgid;
    cache.match(passing);
    cache.match(regular);
  }
  EXPECT_EQ(cache.hits(), 999U);
}

TEST(MatchCacheBounds, LongNamesAreNotKept) {
  TriedCache cache = cache_for({rule("{{.Matches}}", {.cmdline = {".*"}})});
  const std::string args(5000, 'a');
  EXPECT_EQ(cache.match(with_args(args))->name, "map[:" + args + "]");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(MatchCacheBounds, AMatchOutlivesItsEntry) {
  TriedCache cache = cache_for({rule("{{.PID}}", {})}, 2);
  KnownProcess process = named("x");
  const auto first = cache.match(process);
  for (process.tgid = 1000; process.tgid < 1010; ++process.tgid) cache.match(process);
  EXPECT_EQ(first->name, "100");
}

}  // namespace
}  // namespace procledger::rules
