// SPDX-License-Identifier: Apache-2.0
// The processes of a command's tree, and their counts.
#include "family.hpp"

namespace procledger::proctree {
namespace {

constexpr Person kChild{.tgid = 11, .born = 10, .comm = "build"};
constexpr Person kGrandchild{.tgid = 12, .born = 20, .comm = "cc"};

TEST_F(Family, NobodyElseOnTheHostIsCounted) {
  const Person stranger{.tgid = 50, .born = 6, .comm = "build"};
  fork(stranger, {.tgid = 3});
  begin();
  exited(stranger, 70, 30);
  exited(kRoot, 5, 40);
  scan(50);
  EXPECT_EQ(tree.values().cpu_ns(), 5 * kMs);
  EXPECT_EQ(tree.values().processes, 1u);
}

TEST_F(Family, DescendantsStayWhoeverTheirParentIsLater) {
  begin();
  fork(kChild, kRoot);
  fork(kGrandchild, kChild);
  exited(kChild, 3, 25);
  released(kChild, 26);
  scan(30, [&] {  // reparented to init
    tree.on_sample(kRoot.seen(1));
    tree.on_sample(kGrandchild.seen(40, event::ProcessId{.handle = 1, .tgid = 1}));
  });
  exited(kGrandchild, 90, 100);
  exited(kRoot, 2, 110);
  scan(120);
  EXPECT_EQ(tree.values().cpu_ns(), 95 * kMs);
  EXPECT_EQ(tree.values().processes, 3u);
  EXPECT_FALSE(tree.anybody_lives());
}

TEST_F(Family, LaterProcessWithTheRootsNumberIsAnother) {
  begin();
  exited(kRoot, 5, 40);
  released(kRoot, 41);
  const Person later{.tgid = kRoot.tgid, .born = 60, .comm = "build"};
  tree.on_fork({.child = later.seen(0), .creator = {.handle = 77, .tgid = 3}});
  exited(later, 30, 90);
  scan(100);
  EXPECT_EQ(tree.values().cpu_ns(), 5 * kMs);
  EXPECT_EQ(tree.values().processes, 1u);
}

TEST_F(Family, CpuGoesToTheProgramThatRanThen) {
  begin();
  exec(kRoot, 2, "/opt/bin/build", 6);
  fork(kChild, kRoot);
  exec(kChild, 1, "/usr/bin/a-rather-long-compiler-name", 12);
  exited(kChild, 21, 40);
  exited(kRoot, 7, 50);
  scan(60);
  EXPECT_EQ(program("build").total.cpu_ns, 8 * kMs);
  EXPECT_EQ(program("build").processes, 1u);
  EXPECT_EQ(program("a-rather-long-compiler-name").total.cpu_ns, 20 * kMs);
  EXPECT_EQ(program("a-rather-long-compiler-name").processes, 1u);
  EXPECT_EQ(program("a-rather-long-compiler-name").longest_ns, 28 * kMs);
  EXPECT_EQ(tree.values().programs.front().name, "a-rather-long-compiler-name");
}

TEST_F(Family, LongestIsOfOneProgramNotOfItsProcess) {
  begin();
  exec(kRoot, 0, "/bin/sh", 6);
  exec(kRoot, 0, "/bin/sleep", 106);
  exited(kRoot, 1, 116);
  scan(120);
  EXPECT_EQ(program("sh").longest_ns, 100 * kMs);
  EXPECT_EQ(program("sh").processes, 0u);
  EXPECT_EQ(program("sleep").longest_ns, 10 * kMs);
  EXPECT_EQ(program("sleep").processes, 1u);
}

TEST_F(Family, RenamingDoesNotMakeAnotherProgram) {
  begin();
  exec(kRoot, 0, "/bin/build", 6);
  const Person renamed{.tgid = kRoot.tgid, .born = kRoot.born, .comm = "idle"};
  tree.on_rename({.task = renamed.seen(4), .time_ns = at(20)});
  exited(renamed, 9, 40);
  scan(50);
  EXPECT_EQ(program("build").total.cpu_ns, 9 * kMs);
  EXPECT_EQ(tree.values().programs.size(), 1u);
}

TEST_F(Family, WithoutExecRecordsNamesAreWhatProcessesCallThemselves) {
  scan(30, [&] {
    tree.on_sample(kRoot.seen(4));
    tree.on_sample(kGrandchild.seen(6, kRoot.id()));
  });
  EXPECT_EQ(program("build").alive, 1u);
  EXPECT_EQ(program("cc").total.cpu_ns, 6 * kMs);
}

TEST_F(Family, OrphansThatComeToTheReaperBelongToTheTree) {
  tree.reparent_children_of(2, [](std::uint32_t tgid) { return tgid == 77; });
  const event::ProcessId reaper{.handle = 1002, .tgid = 2};
  scan(30, [&] {
    tree.on_sample(kRoot.seen(4));
    tree.on_sample(kGrandchild.seen(6, reaper));
    tree.on_sample(Person{.tgid = 3, .born = 1, .comm = "helper"}.seen(9, reaper));
    tree.on_sample(Person{.tgid = 77, .born = 12, .comm = "others"}.seen(50, reaper));
  });
  EXPECT_EQ(tree.values().cpu_ns(), 10 * kMs);
}

TEST_F(Family, TasksThatLostTheirNamesBeforeAreNotOfThisTree) {
  scan(1, [&] { tree.on_unattributed({.tasks = 2, .total = {.cpu_ns = 9 * kMs}, .exits_ok = 2}); });
  tree.follow({.tgid = kRoot.tgid, .started_after_ns = at(4), .name = "build"});
  EXPECT_EQ(tree.values().unattributed_tasks, 0u);
  scan(30, [&] { tree.on_unattributed({.tasks = 3, .total = {.cpu_ns = 13 * kMs}, .exits_ok = 3}); });
  EXPECT_EQ(tree.values().unattributed_tasks, 1u);
  EXPECT_EQ(tree.values().unattributed_cpu_ns, 4 * kMs);
}

TEST_F(Family, ExitsAreCountedByHowTheyEnded) {
  begin();
  fork(kChild, kRoot);
  fork(kGrandchild, kRoot);
  exited(kChild, 0, 30, 3 << 8);
  exited(kGrandchild, 0, 31, 9);
  exited(kRoot, 0, 32);
  scan(40);
  EXPECT_EQ(tree.values().exits, (ExitCounts{1, 1, 1}));
}

TEST_F(Family, PeaksAreOfTheLargestAndOfAllTogether) {
  begin();
  fork(kChild, kRoot);
  scan(20, [&] {
    tree.on_sample(kRoot.seen(1));
    tree.on_sample(kChild.seen(1));
    tree.on_process_usage(
        {.process = kRoot.id(), .start_boottime_ns = at(5), .memory = event::Memory{.anonymous = 700, .peak = 700}, .files = {}});
    tree.on_process_usage(
        {.process = kChild.id(), .start_boottime_ns = at(10), .memory = event::Memory{.anonymous = 400, .peak = 400}, .files = {}});
  });
  exited(kChild, 1, 30, 0, 900);
  exited(kRoot, 1, 30, 0, 700);
  scan(40);
  EXPECT_EQ(tree.values().peak_bytes, 1100u);
  EXPECT_EQ(tree.values().largest_bytes, 900u);
  EXPECT_EQ(tree.values().most_alive, 2u);
}

TEST_F(Family, UnknownPeaksAreAbsent) {
  begin();
  exited(kRoot, 1, 30);
  scan(40);
  EXPECT_EQ(tree.values().peak_bytes, std::nullopt);
  EXPECT_EQ(tree.values().largest_bytes, std::nullopt);
}

TEST_F(Family, SettledAfterTheExitsOfTheRootAndOfMissedProcesses) {
  begin();
  fork(kChild, kRoot);
  scan(20, [&] {
    tree.on_sample(kRoot.seen(1));
    tree.on_sample(kChild.seen(1));
  });
  EXPECT_FALSE(tree.settled());
  exited(kRoot, 2, 30);
  EXPECT_TRUE(tree.settled()) << "the child runs";
  scan(40);
  EXPECT_FALSE(tree.settled()) << "the scan misses the child, and no exit was reported";
  exited(kChild, 2, 35);
  EXPECT_TRUE(tree.settled());
}

TEST_F(Family, LivingAreWhoHasNotEnded) {
  begin();
  fork(kChild, kRoot);
  exited(kRoot, 2, 30);
  ASSERT_EQ(tree.living().size(), 1u);
  EXPECT_EQ(tree.living().front().tgid, kChild.tgid);
  EXPECT_FALSE(tree.living().front().root);
  EXPECT_TRUE(tree.anybody_lives());
}

TEST_F(Family, EstimatesAreShownSeparately) {
  begin();
  tree.on_estimated({.process = kRoot.id(), .start_boottime_ns = at(5), .reaper = {}, .user_ns = 3 * kMs, .system_ns = kMs});
  exited(kRoot, 10, 30);
  scan(40);
  EXPECT_EQ(tree.values().cpu_ns(), 14 * kMs);
  EXPECT_EQ(tree.values().estimated_ns, 4 * kMs);
  EXPECT_EQ(tree.values().cpu.system_ns, kMs);
}

TEST_F(Family, NodesRememberParentsAndEnds) {
  begin();
  fork(kChild, kRoot);
  fork(kGrandchild, kChild);
  exited(kChild, 3, 25, 9);
  released(kChild, 26);
  exited(kRoot, 1, 40);
  scan(50, [&] { tree.on_sample(kGrandchild.seen(8)); });
  const auto nodes = tree.values().nodes;
  ASSERT_EQ(nodes.size(), 3u);
  EXPECT_EQ(nodes[0].parent, kNoNode);
  EXPECT_EQ(nodes[1].parent, 0u);
  EXPECT_EQ(nodes[2].parent, 1u);
  EXPECT_EQ(nodes[1].ending, Ending::kEnded);
  EXPECT_EQ(nodes[1].status, 9u);
  EXPECT_EQ(nodes[1].end_ns - nodes[1].start_boottime_ns, 15 * kMs);
  EXPECT_EQ(nodes[2].ending, Ending::kLives);
  EXPECT_EQ(nodes[2].cpu_ns, 8 * kMs);
}

}  // namespace
}  // namespace procledger::proctree
