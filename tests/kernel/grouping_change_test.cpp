// SPDX-License-Identifier: Apache-2.0
// When a process changes its group, usage before the change stays in the old group, and usage after the change counts in the new one.
#include <csignal>
#include <iostream>
#include <string>

#include "support/files.hpp"
#include "support/grouping_test.hpp"
#include "support/machine_costs.hpp"

namespace procledger::test {
namespace {

// Exact expectations hold for intervals between two moments at which the process sleeps.

class GroupingChange : public GroupingTest {
 protected:
  /// CPU time of a group now, in seconds. For processes that started after the daemon this is their whole CPU time.
  [[nodiscard]] double shown(const std::string& group) const {
    return after_.sum({.name = kGroupCpu, .labels = {{"group", expand(group)}}});
  }
};

TEST_F(GroupingChange, WrapperThatExecsLeavesItsTimeBehind) {
  install("sh", "/bin/sh");
  start_daemon(R"(
groups:
  - {name: "%wrapper", match: {cmdline: 'sh -c exec'}, not: {comm: "%act"}}
  - {name: "%program", match: {cmdline: '^\S+burn 20000$'}}
)");
  begin("pause times 20 { fork { exec @sh -c exec~@burn~20000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_end(21);
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  EXPECT_EQ(exits("%program"), 20);
  EXPECT_EQ(exits("%wrapper"), 0) << "exec is not an exit";
  EXPECT_EQ(grown("procledger_group_execs_total", {{"group", "%wrapper"}}), 20);
  EXPECT_EQ(grown("procledger_group_execs_total", {{"group", "%program"}}), 20);
  EXPECT_GE(cpu("%program"), 0.4);
  EXPECT_LE(cpu("%program"), truth_ - cpu("%wrapper")) << "CPU time counted twice";
  EXPECT_GT(cpu("%wrapper"), 20 * costs->life_seconds() / 10) << "the shell has to be loaded";
}

TEST_F(GroupingChange, RenameBetweenTwoSleeps) {
  start_daemon(R"(
groups:
  - {name: "%before", match: {comm: "%act", cmdline: act}}
  - {name: "%after", match: {comm: "%renamed", cmdline: act}}
)");
  begin("pause burn 50000 pause name %renamed burn 70000 pause burn 10000");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_NEAR(cpu("%before"), truth_, kExact);
  EXPECT_EQ(shown("%after"), 0);
  mark();
  to_pause();
  EXPECT_GE(cpu("%after"), 0.07);
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  EXPECT_LE(cpu("%before"), costs->life_seconds()) << "from the pause to the name";
  EXPECT_NEAR(cpu("%before") + cpu("%after"), truth_, kExact);
  mark();
  to_end(1);
  EXPECT_EQ(exits("%after"), 1);
  EXPECT_EQ(cpu("%before"), 0);
}

// The test moves the process while it sleeps, so the kernel's CPU time of each cgroup is the expected CPU time of its group.
TEST_F(GroupingChange, MoveToAnotherCgroup) {
  start_daemon(R"(
groups:
  - {name: "%first", match: {cgroup: "/procledger-test-%*/first"}}
  - {name: "%second", match: {cgroup: "/procledger-test-%*/second"}}
)");
  const auto all = CpuCgroup::create(cgroup_name_);
  const auto first = CpuCgroup::create(cgroup_name_ + "/first");
  const auto second = CpuCgroup::create(cgroup_name_ + "/second");
  ASSERT_TRUE(all && first && second);
  begin_in(*first, "pause burn 50000 pause burn 70000 pause burn 10000");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_NEAR(cpu("%first"), truth_, kExact);
  EXPECT_EQ(shown("%second"), 0);
  const double first_seconds = shown("%first");
  ASSERT_TRUE(write_file(second->procs_file(), std::to_string(actor_->pid())));
  ASSERT_TRUE(actor_->to_pause());
  watch(*second);
  mark();
  EXPECT_EQ(shown("%first"), first_seconds);
  EXPECT_NEAR(shown("%second"), static_cast<double>(second->usage_ns()) / 1e9, kExact);
  EXPECT_GE(shown("%second"), 0.07);
  to_end(1);
  EXPECT_EQ(exits("%second"), 1);
  EXPECT_NEAR(cpu("%second"), truth_, kExact);
  EXPECT_EQ(shown("%first"), first_seconds);
}

// No hook reports a change of user; the next collection finds it. CPU time since the previous collection counts for the new user.
TEST_F(GroupingChange, DaemonThatGivesItsRightsUpWithoutExec) {
  start_daemon(R"(
groups:
  - {name: "%root", match: {comm: "%act", user: root}}
  - {name: "%other", match: {comm: "%act", user: ["10001"]}}
)");
  begin("pause burn 50000 pause user 10001 burn 70000 pause burn 10000");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_NEAR(cpu("%root"), truth_, kExact);
  EXPECT_EQ(shown("%other"), 0);
  mark();
  to_pause();
  EXPECT_NEAR(cpu("%other"), truth_, kExact);
  EXPECT_EQ(cpu("%root"), 0);
  mark();
  to_end(1);
  EXPECT_EQ(exits("%other"), 1);
  EXPECT_EQ(exits("%root"), 0);
}

TEST_F(GroupingChange, UserThatIsFirstSeenAtDeathTakesTheExit) {
  start_daemon(R"(
groups:
  - {name: "%root", match: {comm: "%act", user: root}}
  - {name: "%other", match: {comm: "%act", user: ["10001"]}}
)");
  begin("pause burn 50000 pause user 10001 burn 70000");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_NEAR(cpu("%root"), truth_, kExact);
  mark();
  to_end(1);
  EXPECT_EQ(exits("%other"), 1);
  EXPECT_EQ(exits("%root"), 0);
  EXPECT_NEAR(cpu("%other"), truth_, allowed_cpu_error(truth_));
  EXPECT_EQ(cpu("%root"), 0);
}

// A program for many users (cron, su): its child changes the user, and usage after the exec belongs to this user's group.
TEST_F(GroupingChange, ForkThenUserThenExec) {
  start_daemon(R"(
groups:
  - {name: "%root", match: {user: root, cmdline: '@act pause'}}
  - {name: "%other", match: {user: ["10001"]}}
)");
  begin("pause times 50 { fork { user 10001 exec @burn 4000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_end(51);
  EXPECT_EQ(exits("%other"), 50);
  EXPECT_EQ(exits("%root"), 1);
  EXPECT_GE(cpu("%other"), 0.2);
  EXPECT_NEAR(cpu("%other") + cpu("%root"), truth_, allowed_cpu_error(truth_));
}

// The process moves while it runs, many times, each time with a pending slice that no total contains yet.
TEST_F(GroupingChange, MovesOfARunningProcessLoseNothing) {
  start_daemon(R"(
groups:
  - {name: "%first", match: {cgroup: "/procledger-test-%*/first"}}
  - {name: "%second", match: {cgroup: "/procledger-test-%*/second"}}
)");
  const std::string root = hierarchy_root() + "/" + cgroup_name_;
  begin("pause times 100 { enter " + root + "/first/cgroup.procs burn 1300 enter " + root + "/second/cgroup.procs burn 2600 } enter " +
        root + "/cgroup.procs");
  ASSERT_FALSE(HasFatalFailure());
  const auto first = CpuCgroup::create(cgroup_name_ + "/first");
  const auto second = CpuCgroup::create(cgroup_name_ + "/second");
  ASSERT_TRUE(first && second);
  to_end(1);
  // CPU time of the moves themselves falls on both groups, and equally on each.
  const double first_burnt = 0.13;
  const double second_burnt = 0.26;
  const double moves = cpu("%first") - first_burnt + cpu("%second") - second_burnt;
  std::cout << "200 moves took " << moves * 1e3 << " ms, of the difference "
            << (cpu("%second") - second_burnt - cpu("%first") + first_burnt) * 1e3 << " ms\n";
  EXPECT_GE(cpu("%first"), first_burnt);
  EXPECT_GE(cpu("%second"), second_burnt);
  EXPECT_NEAR(cpu("%second") - cpu("%first"), second_burnt - first_burnt, 0.03 + moves / 4);
}

TEST_F(GroupingChange, ExecFromAThreadLeavesTheTimeOfAllThreadsBehind) {
  start_daemon(R"(
groups:
  - {name: "%before", match: {comm: "%act", cmdline: '@act pause'}}
  - {name: "%program", match: {comm: "%burn"}}
)");
  begin("pause times 20 { fork { thread %one { burn 20000 park } thread %two { burn 20000 exec @burn 3000 } burn 20000 join } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_end(21);
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  EXPECT_EQ(exits("%program"), 20);
  EXPECT_EQ(exits("%before"), 1);
  EXPECT_GE(cpu("%program"), 0.06);
  EXPECT_LE(cpu("%program"), 0.06 + 40 * costs->life_seconds()) << "no CPU time of the threads before: 0.4 s each";
  EXPECT_NEAR(cpu("%before") + cpu("%program"), truth_, allowed_cpu_error(truth_));
}

// CPU time from before the reload stays in the group of the old rules.
TEST_F(GroupingChange, OtherRulesTakeOverFromTheMomentOfTheReload) {
  start_daemon("groups:\n  - {name: \"%old\", match: {cmdline: '@act pause'}}\n");
  begin("pause burn 50000 pause burn 70000 fork { exec @burn 10000 } join pause");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_NEAR(cpu("%old"), truth_, kExact);
  EXPECT_EQ(shown("%new"), 0);
  mark();
  ASSERT_TRUE(write_file(files_.path() / "config.yaml", expand("groups:\n  - {name: \"%new\", match: {cmdline: '@act pause'}}\n")));
  kill(daemon_->pid(), SIGHUP);
  ASSERT_TRUE(eventually(kHangDeadline, [&] {
    const auto page = daemon_->scrape();
    return page && page->count({.name = kGroupCpu, .labels = {{"group", expand("%new")}}}) > 0;
  })) << daemon_->log();
  to_pause(1, 1);
  EXPECT_NEAR(cpu("%new"), truth_, allowed_cpu_error(truth_));
  EXPECT_GE(cpu("%new"), 0.08);
  EXPECT_EQ(cpu("%old"), 0);
  to_end(2);
  EXPECT_EQ(exits("%new"), 2) << "a process without a rule inherits the group of its parent";
}

}  // namespace
}  // namespace procledger::test
