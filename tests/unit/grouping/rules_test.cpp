// SPDX-License-Identifier: Apache-2.0
// Groups by a configuration: matching, inheritance, and the effect of a reload.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/grouping/grouping.hpp"
#include "support/known_host.hpp"
#include "unit/grouping/common.hpp"

namespace procledger::grouping {
namespace {

ledger::ProgramPtr running(std::string args) {
  ledger::Program program;
  program.args = std::move(args);
  return std::make_shared<const ledger::Program>(std::move(program));
}

class GroupingRules : public testing::Test {
 protected:
  rules::Rule& rule(std::string name) {
    rules::Rule& added = config.book.rules.emplace_back();
    added.name = std::move(name);
    return added;
  }
  Grouping make() { return {host, test::policy_of(config), {}, kSelf}; }

  static ledger::ProcessFacts facts(std::string_view comm, std::string args = {}) {
    ledger::ProcessFacts result;
    result.comm = comm;
    result.tgid = 7;
    result.program = running(std::move(args));
    return result;
  }
  static ledger::Membership member(const ledger::Decision& decision) {
    return {.group = decision.group, .generation = decision.generation, .claimed = decision.claimed};
  }
  static std::string text(const Grouping& grouping, const ledger::Decision& decision) {
    const GroupKey& key = grouping.table().key(decision.group);
    std::string result = key.name;
    for (const auto& [name, value] : key.labels) result += " " + name + "=" + value;
    return result;
  }

  static constexpr std::uint32_t kSelf = 99;
  test::KnownHost host;
  config::Config config;
};

TEST_F(GroupingRules, FirstRuleThatMatchesNamesTheGroup) {
  rule("db:{{.Matches.db}}").match.cmdline = {"postgres: (?P<db>\\w+)"};
  rule("rest").match.comm = {"postgres"};
  Grouping grouping = make();
  EXPECT_EQ(text(grouping, grouping.decide(facts("postgres", "postgres: shop"))), "db:shop");
  EXPECT_EQ(text(grouping, grouping.decide(facts("postgres", "postgres"))), "rest");
  EXPECT_EQ(text(grouping, grouping.decide(facts("bash", "bash"))), "bash");
}

TEST_F(GroupingRules, ChildOfARulesProcessStaysUnlessARuleNamesIt) {
  rule("build").match.comm = {"make"};
  rule("compiler").match.comm = {"cc1"};
  Grouping grouping = make();
  const auto make_ = grouping.decide(facts("make"));
  EXPECT_TRUE(make_.claimed);
  auto child = facts("sh");
  child.inherited = member(make_);
  const auto inherited = grouping.decide(child);
  EXPECT_EQ(text(grouping, inherited), "build");
  EXPECT_TRUE(inherited.claimed) << "children stay, too";
  child.comm = "cc1";
  EXPECT_EQ(text(grouping, grouping.decide(child)), "compiler");
}

TEST_F(GroupingRules, DefaultIsNoHeritage) {
  Grouping grouping = make();
  EXPECT_FALSE(grouping.decide(facts("bash")).claimed);
}

TEST_F(GroupingRules, ChildrenOfTheirOwnInheritNothing) {
  rule("build").match.comm = {"make"};
  config.book.inherit = false;
  Grouping grouping = make();
  const auto make_ = grouping.decide(facts("make"));
  auto child = facts("sh");
  child.creator = child.inherited = member(make_);
  EXPECT_EQ(text(grouping, grouping.decide(child)), "sh");
}

TEST_F(GroupingRules, HeritageOfAGroupThatIsGoneIsNone) {
  rule("build").match.comm = {"make"};
  Grouping grouping = make();
  auto child = facts("sh");
  child.inherited = member(grouping.decide(facts("make")));
  ++child.inherited->generation;
  EXPECT_EQ(text(grouping, grouping.decide(child)), "sh");
}

TEST_F(GroupingRules, DropLeavesOutWhatNoRuleNames) {
  rule("build").match.comm = {"make"};
  config.book.fallback.reset();
  Grouping grouping = make();
  EXPECT_FALSE(grouping.hidden_group());
  auto kernel = facts("kswapd0");
  kernel.kernel_thread = true;
  const auto hidden = grouping.decide(facts("bash"));
  EXPECT_EQ(grouping.hidden_group(), hidden.group);
  EXPECT_EQ(grouping.decide(kernel).group, hidden.group);
  EXPECT_NE(grouping.decide(facts("make")).group, hidden.group);
}

TEST_F(GroupingRules, ItselfCanBeLeftOut) {
  config.book.exclude_self = true;
  Grouping grouping = make();
  auto self = facts("procledger");
  self.tgid = kSelf;
  const auto own = grouping.decide(self);
  EXPECT_EQ(own.group, grouping.hidden_group());
  EXPECT_NE(grouping.decide(facts("procledger")).group, grouping.hidden_group());
}

TEST_F(GroupingRules, KernelThreadIsTakenByItsCommAlone) {
  rule("all {{.Comm}}").match.cmdline = {".*"};
  rule("mine").exclude.comm = {"kswapd0"};
  rule("swap").match.comm = {"kswapd0"};
  Grouping grouping = make();
  auto kernel = facts("kswapd0");
  kernel.kernel_thread = true;
  EXPECT_EQ(text(grouping, grouping.decide(kernel)), "swap");
  kernel.comm = "kworker/0:1";
  EXPECT_EQ(text(grouping, grouping.decide(kernel)), kKernelGroup);
}

TEST_F(GroupingRules, RenderedNameIsNeverReservedOrEmpty) {
  rule("{{.Matches.x}}").match.cmdline = {"run (?P<x>.*)"};
  Grouping grouping = make();
  EXPECT_EQ(text(grouping, grouping.decide(facts("sh", "run (kernel)"))), "comm:(kernel)");
  EXPECT_EQ(text(grouping, grouping.decide(facts("sh", "run "))), "comm:sh");
}

TEST_F(GroupingRules, WhatIsNotKnownIsFoundOutOnce) {
  rule("job").match.cmdline = {"batch"};
  Grouping grouping = make();
  host.programs[7].args = "run batch";
  auto unknown = facts("sh");
  unknown.program = nullptr;
  const auto decision = grouping.decide(unknown);
  EXPECT_EQ(text(grouping, decision), "job");
  ASSERT_NE(decision.learnt, nullptr);
  unknown.program = decision.learnt;
  EXPECT_EQ(grouping.decide(unknown).learnt, nullptr);
  EXPECT_EQ(host.asked.program, 1);
  EXPECT_EQ(grouping.facts_cut(), 0U);
}

TEST_F(GroupingRules, WhatCouldNotBeKnownIsCounted) {
  rule("job").match.cmdline = {"batch"};
  Grouping grouping = make();
  auto dead = facts("sh");
  dead.program = nullptr;
  dead.dead = true;
  std::ignore = grouping.decide(dead);
  EXPECT_EQ(host.asked.program, 0) << "no lookup in /proc";
  EXPECT_EQ(grouping.facts_cut(), 1U);
}

TEST_F(GroupingRules, NothingIsFoundOutThatNobodyAsks) {
  rule("job").match.comm = {"batch"};
  Grouping grouping = make();
  auto unknown = facts("sh");
  unknown.program = nullptr;
  EXPECT_EQ(grouping.decide(unknown).learnt, nullptr);
  EXPECT_EQ(host.asked.program, 0);
  EXPECT_EQ(grouping.facts_cut(), 0U);
}

TEST_F(GroupingRules, HostIsAskedForNothingByDefault) {
  Grouping grouping = make();
  auto process = facts("sh");
  process.program = nullptr;
  process.cgroup_id = 5;
  process.creator = member(grouping.decide(process));
  std::ignore = grouping.decide(process);
  EXPECT_EQ(host.asked, test::KnownHost::Asked{});
}

TEST_F(GroupingRules, PlaceIsAskedForOnceForItsRulesAndItsLabels) {
  config.containers.labels = {{config::ContainerField::kNamespace, "namespace"}};
  rule("{{.Pod}}").match.namespaces = {"shop"};
  Grouping grouping = make();
  host.places[5].namespace_name = "shop";
  host.places[5].pod = "cart";
  auto process = facts("nginx");
  process.cgroup_id = 5;
  EXPECT_EQ(text(grouping, grouping.decide(process)), "cart namespace=shop");
  EXPECT_EQ(host.asked, (test::KnownHost::Asked{.place = 1}));
}

TEST_F(GroupingRules, ForkStormOfOneProgramCostsOneEvaluation) {
  rule("job").match.cmdline = {"batch"};
  Grouping grouping = make();
  for (std::uint32_t pid = 1; pid <= 1000; ++pid) {
    auto each = facts("sh", "sh batch");
    each.tgid = pid;
    std::ignore = grouping.decide(each);
  }
  EXPECT_EQ(grouping.cache().misses(), 1U);
  EXPECT_EQ(grouping.cache().hits(), 999U);
}

TEST_F(GroupingRules, PlaceAddsItsLabels) {
  config.containers.labels = {{config::ContainerField::kNamespace, "namespace"}, {config::ContainerField::kPod, "k8s_pod"}};
  config.containers.classes = {{"infrastructure", {"kube-*"}}, {"workload", {"*"}}};
  rule("web").match.comm = {"nginx"};
  host.places[5] = {.path = "/kubepods/x",
                    .unit = {},
                    .namespace_name = "kube-system",
                    .pod = "dns",
                    .container = {},
                    .container_id = {},
                    .pod_uid = {},
                    .qos = {}};
  host.places[6] = {.path = "/kubepods/y",
                    .unit = {},
                    .namespace_name = "shop",
                    .pod = "cart",
                    .container = {},
                    .container_id = {},
                    .pod_uid = {},
                    .qos = {}};
  Grouping grouping = make();
  auto in_pod = facts("nginx");
  in_pod.cgroup_id = 5;
  const auto infrastructure = grouping.decide(in_pod);
  EXPECT_EQ(text(grouping, infrastructure), "web class=infrastructure k8s_pod=dns namespace=kube-system");
  in_pod.cgroup_id = 6;
  EXPECT_EQ(text(grouping, grouping.decide(in_pod)), "web class=workload k8s_pod=cart namespace=shop");
  EXPECT_EQ(text(grouping, grouping.decide(facts("nginx"))), "web class=host");
  auto child = facts("sh");
  child.cgroup_id = 6;
  child.inherited = member(infrastructure);
  EXPECT_EQ(text(grouping, grouping.decide(child)), "web class=workload k8s_pod=cart namespace=shop") << "not the cgroup of its parent";
}

// Each new group grows the table of traits, which moves its memory: AddressSanitizer reports a read of the old memory.
TEST_F(GroupingRules, ChildrenInManyPlacesHaveTheSeriesOfTheirParentsGroup) {
  config.containers.labels = {{config::ContainerField::kPod, "pod"}};
  rule("{{.Comm}}").match.comm = {"nginx"};
  config.book.rules[0].series.threads = rules::ThreadSeries::kByName;
  std::vector<std::string> pods;
  for (std::size_t id = 0; id < 100; ++id) pods.push_back("pod" + std::to_string(id));
  for (std::size_t id = 0; id < pods.size(); ++id) host.places[id].pod = pods[id];
  Grouping grouping = make();
  auto child = facts("sh");
  child.inherited = member(grouping.decide(facts("nginx")));
  for (std::size_t id = 0; id < pods.size(); ++id) {
    child.cgroup_id = id;
    const auto decision = grouping.decide(child);
    EXPECT_EQ(text(grouping, decision), "nginx pod=" + pods[id]);
    EXPECT_TRUE(decision.series.thread_names);
  }
}

TEST_F(GroupingRules, ConfiguredGroupsExistFromTheBeginning) {
  rule("web").labels = {{"team", "shop"}};
  config.book.rules[0].match.comm = {"nginx"};
  rule("{{.Comm}}").match.comm = {"sh"};
  Grouping grouping = make();
  ASSERT_EQ(grouping.table().configured().size(), 1U);
  EXPECT_EQ(grouping.table().key(grouping.table().configured()[0]).name, "web");
}

TEST_F(GroupingRules, ReplacedRulesKeepTheGroupsThatTheyNameAlike) {
  rule("web").match.comm = {"nginx"};
  Grouping grouping = make();
  const auto before = grouping.decide(facts("nginx"));
  config.book.rules[0].match.comm = {"nginx", "envoy"};
  config.book.rules[0].series.threads = rules::ThreadSeries::kByName;
  grouping.replace(test::policy_of(config), {});
  const auto after = grouping.decide(facts("envoy"));
  EXPECT_EQ(after.group, before.group);
  EXPECT_FALSE(after.fresh);
  EXPECT_TRUE(after.series.thread_names);
  config.book.rules.clear();
  grouping.replace(test::policy_of(config), {});
  EXPECT_TRUE(grouping.table().configured().empty());
  EXPECT_EQ(text(grouping, grouping.decide(facts("envoy"))), "envoy");
}

TEST_F(GroupingRules, NewServiceGetsItsOwnGroupOnceTheDeadHaveAged) {
  config.limits.groups = 2;
  Grouping grouping = make();
  const auto old = grouping.decide(facts("old"));
  std::ignore = grouping.decide(facts("other"));
  EXPECT_EQ(text(grouping, grouping.decide(facts("new"))), kOtherGroup);
  grouping.table().note_members(old.group, 0, kHour);
  grouping.table().note_members(old.group, 0, 2 * kHour);
  const auto fresh = grouping.decide(facts("new"));
  EXPECT_EQ(text(grouping, fresh), "new");
  EXPECT_TRUE(fresh.fresh);
  EXPECT_NE(fresh.generation, old.generation);
  EXPECT_EQ(grouping.table().dropped(), 1U);
}

}  // namespace
}  // namespace procledger::grouping
