// SPDX-License-Identifier: Apache-2.0
// Processes that live for 2 ms and differ in one attribute: each one counts in the group that its attribute selects, and no CPU time is
// lost between the groups. All of them exit long before /proc could be read.
#include <pwd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

class GroupingApart : public GroupingTest {
 protected:
  /// Runs three kinds of children 100 times each, and expects each kind in one group: "%alpha", "%beta" or "%gamma".
  void run_kinds(const std::array<std::string, 3>& kinds) {
    std::string steps = "pause times 100 {";
    for (const std::string& kind : kinds) steps.append(" fork { ").append(kind).append(" }");
    begin(steps + " join }");
    if (HasFatalFailure()) return;
    to_end(301);
    expect_kinds();
    EXPECT_EQ(exits("%act"), 1);
  }

  void expect_kinds() const {
    for (const char* group : {"%alpha", "%beta", "%gamma"}) {
      EXPECT_EQ(exits(group), 100) << group;
      EXPECT_GE(cpu(group), 0.2) << group << ": a hundred times 2 ms";
      EXPECT_EQ(grown("procledger_group_execs_total", {{"group", group}}), 100) << group;
    }
  }
};

TEST_F(GroupingApart, ByCommandLine) {
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {comm: "%burn", cmdline: ' alpha$'}}
  - {name: "%{{.Matches.kind}}", match: {comm: "%burn", cmdline: ['^\S+ 2000', ' (?P<kind>beta)$']}}
  - {name: "%gamma", match: {comm: "%burn"}, not: {cmdline: [alpha, beta]}}
)");
  run_kinds({"exec @burn 2000 0 alpha", "exec @burn 2000 0 beta", "exec @burn 2000 0 other"});
}

TEST_F(GroupingApart, ByUserNumber) {
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {comm: "%burn", user: ["65534"]}}
  - {name: "%beta", match: {comm: "%burn", user: ["10001"]}}
  - {name: "%gamma", match: {comm: "%burn", user: ["10002"]}}
)");
  run_kinds({"user 65534 exec @burn 2000", "user 10001 exec @burn 2000", "user 10002 exec @burn 2000"});
}

TEST_F(GroupingApart, ByUserName) {
  const passwd* other = getpwnam("nobody");
  ASSERT_NE(other, nullptr);
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {comm: "%burn", user: nobody}}
  - {name: "%beta", match: {comm: "%burn", user: root}}
  - {name: "%gamma", match: {comm: "%burn"}, not: {user: [root, "nobody"]}}
)");
  run_kinds({"user " + std::to_string(other->pw_uid) + " exec @burn 2000", "exec @burn 2000", "user 10001 exec @burn 2000"});
}

TEST_F(GroupingApart, ByPathOfTheExecutable) {
  for (const char* name : {"one/bin/same", "two/bin/same", "two/bin/deeper/down/same"}) install(name, "burn");
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {exe: "@one/*/same"}}
  - {name: "%beta", match: {exe: "@two/bin/same"}}
  - {name: "%gamma", match: {exe: "@two/**"}}
)");
  run_kinds({"exec @one/bin/same 2000", "exec @two/bin/same 2000", "exec @two/bin/deeper/down/same 2000"});
}

// Links to one file, and a process with another root directory: the path is that of the file itself, as the process sees it.
TEST_F(GroupingApart, ByPathBehindALinkAndInAnotherRoot) {
  install("real", "burn");
  std::filesystem::create_symlink(expand("@real"), expand("@link"));
  std::filesystem::create_hard_link(expand("@real"), expand("@hard"));
  install(expand("root/bin/%inside"), "burn");
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {exe: "@real"}}
  - {name: "%beta", match: {exe: "@hard"}}
  - {name: "%gamma", match: {exe: "/bin/%inside"}}
)");
  run_kinds({"exec @link 2000", "exec @hard 2000", "chroot @root exec /bin/%inside 2000"});
}

TEST_F(GroupingApart, ByEnvironment) {
  ASSERT_EQ(getenv("PROCLEDGER_TEST_APP"), nullptr);
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {comm: "%burn", env: {PROCLEDGER_TEST_APP: a}}}
  - {name: "%beta", match: {comm: "%burn", env: {PROCLEDGER_TEST_APP: ~b.+, PROCLEDGER_TEST_TIER: front}}}
  - {name: "%gamma", match: {comm: "%burn", env: {PROCLEDGER_TEST_APP: null}}}
)");
  run_kinds({"env PROCLEDGER_TEST_APP=a exec @burn 2000", "env PROCLEDGER_TEST_APP=bee env PROCLEDGER_TEST_TIER=front exec @burn 2000",
             "exec @burn 2000"});
}

// The cgroups are created after the daemon's last scan and removed before its next one: their names come from kernel records.
TEST_F(GroupingApart, ByCgroupThatIsGoneAtTheNextScrape) {
  start_daemon(R"(
groups:
  - {name: "%alpha", match: {comm: "%burn", cgroup: "/procledger-test-%*/alpha"}}
  - {name: "%beta", match: {comm: "%burn", cgroup: "**/be?a/*"}}
  - {name: "%gamma", match: {comm: "%burn", cgroup: "/procledger-test-%[0-9]*"}, not: {cgroup: "**/beta/nothing"}}
)");
  std::string steps = "pause times 100 {";
  const std::string root = hierarchy_root() + "/" + cgroup_name_;
  for (const char* cgroup : {"/alpha", "/beta/below", "/gamma"}) {
    steps.append(" fork { enter ").append(root).append(cgroup).append("/cgroup.procs exec @burn 2000 }");
  }
  begin(steps + " join }");
  ASSERT_FALSE(HasFatalFailure());
  {
    const auto alpha = CpuCgroup::create(cgroup_name_ + "/alpha");
    const auto beta = CpuCgroup::create(cgroup_name_ + "/beta");
    const auto below = CpuCgroup::create(cgroup_name_ + "/beta/below");
    const auto gamma = CpuCgroup::create(cgroup_name_ + "/gamma");
    ASSERT_TRUE(alpha && beta && below && gamma);
    const auto ended = actor_->to_end();
    ASSERT_TRUE(ended) << ended.error().message;
  }
  scrape_until_exact(301);
  expect_kinds();
}

// The kernel accounts for each cgroup separately, and each group has the same value.
TEST_F(GroupingApart, EachCgroupsGroupShowsWhatTheKernelChargedToIt) {
  start_daemon(R"(
groups:
  - {name: "%{{.Matches.kind}}", match: {cgroup: "/procledger-test-%*/alpha", cmdline: '(?P<kind>alpha)'}}
  - {name: "%beta", match: {cgroup: "/procledger-test-%*/beta"}}
  - {name: "%gamma", match: {cgroup: "/procledger-test-%*/gamma"}}
)");
  const auto all = CpuCgroup::create(cgroup_name_);
  ASSERT_TRUE(all) << all.error().message;
  for (const std::string kind : {"alpha", "beta", "gamma"}) {
    const auto cgroup = CpuCgroup::create(cgroup_name_ + "/" + kind);
    ASSERT_TRUE(cgroup) << cgroup.error().message;
    begin_in(*cgroup, "pause times 100 { fork { exec @burn 2000 0 " + kind + " } join }");
    ASSERT_FALSE(HasFatalFailure());
    to_end(101);
    EXPECT_EQ(exits("%" + kind), 101) << kind;
    EXPECT_NEAR(cpu("%" + kind), truth_, allowed_cpu_error(truth_)) << kind;
  }
}

}  // namespace
}  // namespace procledger::test
