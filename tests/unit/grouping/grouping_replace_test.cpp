// SPDX-License-Identifier: Apache-2.0
// The effects of new rules on existing groups, and of time on empty groups.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/config/load.hpp"
#include "core/grouping/grouping.hpp"
#include "support/known_host.hpp"
#include "unit/grouping/common.hpp"

namespace procledger::grouping {
namespace {

constexpr std::uint64_t kMinute = 60'000'000'000;

Policy policy_of(std::string_view yaml) { return test::policy_of(config::load_text(yaml).value().config); }

class GroupingReplace : public testing::Test {
 protected:
  Grouping by(std::string_view yaml) { return {host, policy_of(yaml), {}, 1}; }

  static std::string name_for(Grouping& grouping, std::string_view comm) {
    return grouping.table().key(grouping.decide(named(comm)).group).name;
  }

  test::KnownHost host;
};

TEST(GroupingPolicy, PatternsOfAFileAreCompiledOnceToCheckAndToUseThem) {
  auto loaded = config::load_text(R"y(groups:
- {name: a, match: {cmdline: 'x+', exe: '/a/*', cgroup: '/b/*', env: {A: '~y+'}}, not: {unit: 'z*'}}
- {name: b, match: {cmdline: 'x+'}}
containers: {class: {infrastructure: 'kube-*'}}
)y");
  ASSERT_TRUE(loaded);
  config::Config& config = loaded->config;
  EXPECT_EQ(config.patterns->compiled(), 6U);
  config.book.rules.front().match.cmdline.emplace_back("new");
  EXPECT_TRUE(Policy::compile(config));
  EXPECT_EQ(config.patterns->compiled(), 7U);
}

TEST_F(GroupingReplace, GroupOfTheSameNameGoesOn) {
  Grouping grouping = by("groups: [{name: db, match: {comm: a}}]");
  const auto before = grouping.decide(named("a"));
  grouping.replace(policy_of("groups: [{name: db, match: {comm: [a, b]}}]"), {});
  const auto after = grouping.decide(named("b"));
  EXPECT_EQ(after.group, before.group);
  EXPECT_FALSE(after.fresh) << "a fresh account would start at 0";
}

TEST_F(GroupingReplace, ProcessIsWhereTheNewRulesWantIt) {
  Grouping grouping = by("groups: [{name: old, match: {comm: a}}]");
  EXPECT_EQ(name_for(grouping, "a"), "old");
  grouping.replace(policy_of("groups: [{name: new, match: {comm: a}}]"), {});
  EXPECT_EQ(name_for(grouping, "a"), "new");
}

TEST_F(GroupingReplace, GroupHasWhatTheNewRulesAskForOnly) {
  Grouping grouping = by("groups: [{name: '{{.Comm}}', threads: name, memory: {pss: true}}]");
  const auto dead = grouping.decide(named("dead"));
  const auto living = grouping.decide(named("living"));
  grouping.replace(policy_of("groups: [{name: '{{.Comm}}', threads: tid}]"), {});
  const auto again = grouping.decide(named("living"));
  EXPECT_FALSE(again.series.thread_names);
  EXPECT_TRUE(again.series.threads);
  EXPECT_EQ(grouping.series(living.group), (rules::SeriesOptions{.threads = rules::ThreadSeries::kByTid}));
  EXPECT_EQ(grouping.series(dead.group), rules::SeriesOptions{}) << "no rule has the option now";
}

TEST_F(GroupingReplace, RulesOfOneNameShareWhatAnyOfThemAsksFor) {
  Grouping grouping = by("groups: [{name: x, match: {comm: a}, threads: name}, {name: x, match: {comm: b}, sockets: true}]");
  const auto one = grouping.decide(named("a"));
  const auto other = grouping.decide(named("b"));
  ASSERT_EQ(one.group, other.group);
  EXPECT_TRUE(other.series.thread_names) << "the series would depend on the order of starts";
  EXPECT_TRUE(grouping.series(one.group).sockets);
}

TEST_F(GroupingReplace, ConfiguredGroupOfTheRulesBeforeMayGo) {
  Grouping grouping = by("limits: {groups: 1}\ngroups: [{name: old, match: {comm: a}}]");
  const ledger::GroupId old = grouping.decide(named("a")).group;
  const auto age = [&] {
    grouping.table().note_members(old, 0, kMinute);
    grouping.table().note_members(old, 0, kMinute + kHour);
  };
  age();
  EXPECT_EQ(name_for(grouping, "b"), kOtherGroup);
  grouping.replace(policy_of("limits: {groups: 1}"), {});
  age();
  EXPECT_EQ(name_for(grouping, "b"), "b");
}

// Cron jobs with unique names must not keep a later service out of its own group forever.
TEST_F(GroupingReplace, NewServiceGetsItsGroupOnceTheDeadHaveAged) {
  constexpr int kGroups = 1000;
  Grouping grouping = by("");
  std::uint64_t now = 0;
  for (int i = 0; i < 2 * kGroups; ++i) {
    const auto job = grouping.decide(named("job" + std::to_string(i)));
    EXPECT_EQ(grouping.table().is_reserved(job.group), i >= kGroups);
  }
  const auto collect = [&](std::uint64_t at) {
    for (ledger::GroupId id = 0; id < grouping.table().size(); ++id) grouping.table().note_members(id, 0, at);
  };
  collect(now += kMinute);
  EXPECT_EQ(name_for(grouping, "early"), kOtherGroup);
  collect(now += kHour - kMinute);
  EXPECT_EQ(name_for(grouping, "still early"), kOtherGroup);
  collect(now += kMinute);
  const auto service = grouping.decide(named("service"));
  EXPECT_EQ(grouping.table().key(service.group).name, "service");
  EXPECT_TRUE(service.fresh) << "the account of the replaced group is not reused";
  EXPECT_EQ(grouping.table().dropped(), 1U);
  EXPECT_EQ(grouping.table().size(), kGroups + 1U) << "the table does not grow";
}

}  // namespace
}  // namespace procledger::grouping
