// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/grouping.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/known_host.hpp"
#include "unit/grouping/common.hpp"

namespace procledger::grouping {
namespace {

class GroupingDecision : public testing::Test {
 protected:
  test::KnownHost host;
};

ledger::ProcessFacts kernel_thread(std::string_view comm) {
  ledger::ProcessFacts facts = named(comm);
  facts.kernel_thread = true;
  return facts;
}

ledger::ProcessFacts forked_from(const ledger::Decision& parent, ledger::ProcessFacts facts) {
  facts.creator = ledger::Membership{.group = parent.group, .generation = parent.generation, .claimed = parent.claimed};
  return facts;
}

std::string name_of(const Grouping& grouping, ledger::Decision decision) { return grouping.table().key(decision.group).name; }

std::string name_for(Grouping& grouping, const ledger::ProcessFacts& facts) { return name_of(grouping, grouping.decide(facts)); }

TEST_F(GroupingDecision, TakesTheCommByDefault) {
  Grouping grouping{host, test::policy_of(), {}, 1};
  EXPECT_EQ(name_for(grouping, named("postgres")), "postgres");
  EXPECT_TRUE(grouping.table().key(0).labels.empty());
}

TEST_F(GroupingDecision, ForkInheritsTheParentsGroup) {
  Grouping grouping{host, test::policy_of(), {}, 1};
  const auto parent = grouping.decide(named("make"));
  const auto child = grouping.decide(forked_from(parent, named("renamed")));
  EXPECT_EQ(child.group, parent.group);
  EXPECT_FALSE(child.fresh);
}

TEST_F(GroupingDecision, KernelThreadsShareOneGroup) {
  Grouping grouping{host, test::policy_of(), {}, 1};
  const auto parent = grouping.decide(named("bash"));
  const auto one = grouping.decide(kernel_thread("kthreadd"));
  const auto two = grouping.decide(forked_from(parent, kernel_thread("kworker/0:1")));
  EXPECT_EQ(name_of(grouping, one), kKernelGroup);
  EXPECT_EQ(one.group, two.group);
}

TEST_F(GroupingDecision, NobodyTalksHimselfIntoAReservedGroup) {
  Grouping grouping{host, test::policy_of(), {}, 1};
  for (const std::string_view reserved : kReservedGroups) {
    const auto comm = reserved.substr(0, 15);  // the part that fits in a comm
    const std::string expected = (is_reserved(comm) ? "comm:" : "") + std::string{comm};
    EXPECT_EQ(name_for(grouping, named(comm)), expected);
  }
  EXPECT_EQ(name_for(grouping, named("(kernel)")), "comm:(kernel)");
}

TEST_F(GroupingDecision, EmptyCommStillMakesALabel) {
  Grouping grouping{host, test::policy_of(), {}, 1};
  EXPECT_EQ(name_for(grouping, named("")), "comm:");
}

class Descendant final : public ledger::Ancestry {
 public:
  explicit Descendant(std::uint32_t ancestor) : ancestor_{ancestor} {}
  [[nodiscard]] bool descends_from(std::uint32_t tgid) const override { return tgid == ancestor_; }

 private:
  std::uint32_t ancestor_;
};

TEST_F(GroupingDecision, FilterOfThreadsTakesNamesAndFamilies) {
  config::Config config;
  config.book.thread_filter = {.comm = {"ceph-osd"}, .pid = {3240}};
  Grouping grouping{host, test::policy_of(config), {}, 1};
  const auto osd = grouping.decide(named("ceph-osd"));
  EXPECT_TRUE(osd.own_threads);
  EXPECT_FALSE(osd.series.threads) << "other threads of the group are not selected";
  EXPECT_FALSE(grouping.decide(named("ceph-mon")).own_threads);
  const Descendant of_shell{3240};
  ledger::ProcessFacts child = named("anything");
  EXPECT_FALSE(grouping.decide(child).own_threads);
  child.ancestry = &of_shell;
  EXPECT_TRUE(grouping.decide(child).own_threads);
}

TEST_F(GroupingDecision, FilterOfThreadsShowsWhomTheDefaultDrops) {
  config::Config config;
  config.book.fallback.reset();
  config.book.thread_filter = {.comm = {"ceph-osd"}, .pid = {}};
  Grouping grouping{host, test::policy_of(config), {}, 1};
  EXPECT_EQ(name_for(grouping, named("ceph-mon")), kUnmatchedGroup);
  EXPECT_EQ(name_for(grouping, named("ceph-osd")), "ceph-osd");
}

TEST_F(GroupingDecision, UnattributedIsItsOwnGroup) {
  config::Config config;
  config.limits.groups = 0;
  Grouping grouping{host, test::policy_of(config), {}, 1};
  const auto first = grouping.unattributed();
  EXPECT_EQ(name_of(grouping, first), kUnattributedGroup);
  EXPECT_TRUE(first.fresh);
  EXPECT_FALSE(grouping.unattributed().fresh);
}

}  // namespace
}  // namespace procledger::grouping
