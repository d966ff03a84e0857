// SPDX-License-Identifier: Apache-2.0
// What no rule names: with whoever started it, in the default, or in no group at all.
#include <string>

#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

// A parent that a rule takes; 20 children, each with a child of its own, that exec what no rule names.
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

// The grandchild's parent is gone, and another one has it, before it execs.
TEST_F(GroupingChildren, DaemonisedGrandchildStaysAlsoAfterItsFamilyIsGone) {
  start_daemon(R"(
groups:
  - {name: "%service", match: {cmdline: '@act pause'}}
)");
  begin("pause daemon { burn 5000 pause exec @burn 20000 }");
  ASSERT_FALSE(HasFatalFailure());
  // The actor itself and the one in the middle end before the pause.
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
  EXPECT_TRUE(eventually(std::chrono::seconds{3}, [&] {
    if (auto page = daemon_->scrape()) after_ = std::move(*page);
    return exits("%helpers") >= 20;
  }));
  EXPECT_EQ(exits("%helpers"), 20);
  EXPECT_GE(cpu("%helpers"), 0.06);
  EXPECT_LE(cpu("%helpers"), static_cast<double>(cgroup_->usage_ns()) / 1e9 - 0.06) << "not what the others used";
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

}  // namespace
}  // namespace procledger::test
