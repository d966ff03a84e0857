// SPDX-License-Identifier: Apache-2.0
// Processes that match no rule: in the group of their parent, in the default group, or in no group.
#include <string>

#include "support/files.hpp"
#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

// A parent that matches a rule, and 20 children with a child each, which exec programs that match no rule.
constexpr const char* kFamily = "pause times 20 { fork { fork { exec @helper 3000 } join exec @burn 3000 } join } burn 3000";

class GroupingChildren : public GroupingTest {
 protected:
  void SetUp() override {
    GroupingTest::SetUp();
    if (!IsSkipped()) install("helper", "burn");
  }
};

TEST_F(GroupingChildren, InheritKeepsWhatTheyExecInTheGroup) {
  start_daemon(R"(
groups:
  - {name: "%service", match: {comm: "%act"}}
children: inherit
)");
  begin(kFamily);
  ASSERT_FALSE(HasFatalFailure());
  to_end(41);
  EXPECT_EQ(exits("%service"), 41);
  EXPECT_NEAR(cpu("%service"), truth_, allowed_cpu_error(truth_));
}

TEST_F(GroupingChildren, ARuleOfTheirOwnTakesThemAway) {
  start_daemon(R"(
groups:
  - {name: "%service", match: {comm: "%act"}}
  - {name: "%helpers", match: {exe: "@hel*"}}
)");
  begin(kFamily);
  ASSERT_FALSE(HasFatalFailure());
  to_end(41);
  EXPECT_EQ(exits("%service"), 21);
  EXPECT_EQ(exits("%helpers"), 20);
  EXPECT_GE(cpu("%helpers"), 0.06);
  EXPECT_NEAR(cpu("%service") + cpu("%helpers"), truth_, allowed_cpu_error(truth_));
}

TEST_F(GroupingChildren, OwnPutsWhatTheyExecIntoTheDefault) {
  start_daemon(R"(
groups:
  - {name: "%service", match: {comm: "%act"}}
children: own
)");
  begin(kFamily);
  ASSERT_FALSE(HasFatalFailure());
  to_end(41);
  EXPECT_EQ(exits("%service"), 1);
  EXPECT_EQ(exits("%burn"), 20);
  EXPECT_EQ(exits("%helper"), 20);
  EXPECT_GE(cpu("%burn"), 0.06);
  EXPECT_GE(cpu("%helper"), 0.06);
}

// The grandchild's parent exits, and the grandchild has a new parent, before its exec.
TEST_F(GroupingChildren, DaemonisedGrandchildStaysAlsoAfterItsFamilyIsGone) {
  start_daemon(R"(
groups:
  - {name: "%service", match: {cmdline: '@act pause'}}
)");
  begin("pause daemon { burn 5000 pause exec @burn 20000 }");
  ASSERT_FALSE(HasFatalFailure());
  // The actor and the middle process exit before the pause.
  to_pause(1, 2);
  EXPECT_NEAR(cpu("%service"), truth_, allowed_cpu_error(truth_));
  EXPECT_EQ(after_.sum({.name = "procledger_group_processes", .labels = {{"group", expand("%service")}}}), 1);
  to_end(3);
  EXPECT_EQ(exits("%service"), 3);
  EXPECT_EQ(exits("%burn"), 0);
  EXPECT_GE(cpu("%service"), 0.025);
  EXPECT_NEAR(cpu("%service"), truth_, allowed_cpu_error(truth_));
}

TEST_F(GroupingChildren, DropShowsOnlyWhatRulesName) {
  start_daemon(R"(
groups:
  - {name: "%helpers", match: {comm: "%helper"}}
default: drop
children: own
)");
  begin(kFamily);
  ASSERT_FALSE(HasFatalFailure());
  const auto ended = actor_->to_end();
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_TRUE(agree_twice([&] {
    if (auto page = daemon_->scrape()) after_ = std::move(*page);
    return exits("%helpers") >= 20;
  }));
  EXPECT_EQ(exits("%helpers"), 20);
  EXPECT_GE(cpu("%helpers"), 0.06);
  EXPECT_LE(cpu("%helpers"), static_cast<double>(cgroup_->usage_ns()) / 1e9 - 0.06) << "without CPU time of the other processes";
  for (const auto& [key, value] : after_.series()) {
    const std::string group = key.label("group");
    EXPECT_TRUE(group.empty() || group == expand("%helpers") || group == "(unattributed)") << key.text() << value;
  }
}

TEST_F(GroupingChildren, ExcludeSelfLeavesTheDaemonOut) {
  const Selector own{.name = kGroupCpu, .labels = {{"group", "procledger"}}};
  start_daemon("groups:\n  - {name: \"%service\", match: {comm: \"%act\"}}\nexclude_self: true\n");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(daemon_->page());
  auto page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->count(own), 0u);
  const double hosts = page->sum({.name = "procledger_host_cpu_seconds_total", .labels = {{"part", "tasks"}}});
  EXPECT_GT(hosts, 0);
  daemon_.reset();
  start_daemon("groups:\n  - {name: \"%service\", match: {comm: \"%act\"}}\n");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(daemon_->page());
  page = daemon_->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_GT(page->sum(own), 0);
}

// Processes from before the daemon are read from /proc. The daemon finds the child without having seen the fork.
TEST_F(GroupingChildren, WhoWasThereBeforeTheDaemonIsInItsGroup) {
  auto cgroup = CpuCgroup::create(cgroup_name_);
  ASSERT_TRUE(cgroup) << cgroup.error().message;
  auto actor =
      Actor::start(expand("@act"),
                   words(expand("pause env PROCLEDGER_TEST_APP=a fork { exec @act pause burn 20000 pause fork { exec @helper 20000 } "
                                "join } pause burn 10000 join"),
                         " "),
                   *cgroup);
  ASSERT_TRUE(actor) << actor.error().message;
  ASSERT_TRUE(actor->to_pause(2));
  start_daemon(R"(
groups:
  - {name: "%child", match: {exe: "@a*", env: {PROCLEDGER_TEST_APP: a}}}
  - {name: "%parent", match: {cmdline: '^@act pause env'}}
)");
  watch(*cgroup);
  actor_.emplace(std::move(*actor));
  mark();
  EXPECT_EQ(after_.sum({.name = "procledger_group_processes", .labels = {{"group", expand("%child")}}}), 1);
  EXPECT_EQ(after_.sum({.name = "procledger_group_processes", .labels = {{"group", expand("%parent")}}}), 1);
  to_end(3);
  EXPECT_EQ(exits("%child"), 2) << "the child and the process that it starts";
  EXPECT_EQ(exits("%parent"), 1);
  EXPECT_GE(cpu("%child"), 0.04);
  EXPECT_GE(cpu("%parent"), 0.01);
  EXPECT_NEAR(cpu("%child") + cpu("%parent"), truth_, allowed_cpu_error(truth_));
  actor_.reset();
}

TEST_F(GroupingChildren, PidfileTakesTheProcessAndAllThatDescendFromIt) {
  start_daemon(R"(
groups:
  - {name: "%tree", match: {pidfile: "@pid"}}
)");
  begin("pause fork { burn 5000 exec @helper 5000 } join pause times 10 { fork { fork { exec @helper 3000 } join exec @burn 3000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  ASSERT_TRUE(write_file(expand("@pid"), std::to_string(actor_->pid()) + "\n"));
  mark();
  to_pause(1, 1);
  EXPECT_EQ(exits("%tree"), 1);
  mark();
  to_end(21);
  EXPECT_EQ(exits("%tree"), 21);
  EXPECT_NEAR(cpu("%tree"), truth_, allowed_cpu_error(truth_));
}

}  // namespace
}  // namespace procledger::test
