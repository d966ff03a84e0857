// SPDX-License-Identifier: Apache-2.0
#include "procsource/walker.hpp"

#include <gtest/gtest.h>

#include "fake_processes.hpp"

namespace procledger::procsource {
namespace {

constexpr std::uint64_t kAttachedTicks = 1000;
constexpr std::uint64_t kOld = 500;     ///< ticks: before our time
constexpr std::uint64_t kYoung = 2000;  ///< and after

class Walking : public testing::Test {
 protected:
  void SetUp() override {
    processes_.put(FakeProcesses::single(1, 1, 1000, 0));
    open({.schedstat = true, .io = true, .fd_sizes = false});
  }
  void open(Readable readable) {
    walker_ = std::make_unique<Walker>(Walker::Options{.procfs = processes_.tree.root(), .attached_ns = kAttachedTicks * kTickNs},
                                       ProcessFiles{processes_.tree.root(), readable, CgroupIds{"", ""}}, processes_.clock);
  }
  Told look() {
    Told told;
    now_ns_ += 30'000 * kMs;
    const auto looked = walker_->look(now_ns_);
    EXPECT_TRUE(looked) << looked.error().message;
    walker_->tell(told);
    return told;
  }
  /// Whatever was told of one process, in all looks: the higher figure of each task.
  std::uint64_t cpu_ms_of(std::uint32_t tgid, const Told& told) {
    for (const auto& seen : told.samples) note(tgid, seen);
    for (const auto& final : told.died) note(tgid, final.task);
    std::uint64_t sum = 0;
    for (const auto& [task, ns] : told_) sum += task.first == tgid ? ns : 0;
    return sum / kMs;
  }

  FakeProcesses processes_;
  std::unique_ptr<Walker> walker_;
  std::uint64_t now_ns_{100'000 * kMs};

 private:
  void note(std::uint32_t tgid, const event::Observation& seen) {
    if (seen.process.tgid != tgid) return;
    std::uint64_t& ns = told_[{tgid, seen.task}];
    EXPECT_GE(seen.total.cpu_ns, ns) << "fell";
    ns = std::max(ns, seen.total.cpu_ns);
  }
  std::map<std::pair<std::uint32_t, event::TaskId>, std::uint64_t> told_;
};

TEST_F(Walking, TellsWhatAThreadIs) {
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.threads[0].comm = "a) b (\n";
  process.threads[0].state = 'D';
  process.threads[0].written = 33;
  processes_.put(process);
  const Told told = look();
  const event::Observation* seen = told.sample(42);
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->process, (event::ProcessId{42, 42}));
  EXPECT_EQ(seen->task, (event::TaskId{42, kYoung * kTickNs}));
  EXPECT_EQ(seen->parent, (event::ProcessId{1, 1}));
  EXPECT_EQ(seen->comm.view(), "a) b (\n");
  EXPECT_EQ(seen->state, event::State::kDiskSleep);
  EXPECT_TRUE(seen->leader);
  EXPECT_FALSE(seen->died);
  EXPECT_EQ(seen->uid, 7U);
  EXPECT_EQ(seen->live_threads, 1U);
  EXPECT_EQ(seen->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(seen->total.wait_ns, 70U);
  EXPECT_EQ(seen->total.voluntary_switches, 70U);
  EXPECT_EQ(seen->total.call_written_bytes, 33U);
  EXPECT_EQ(told.sample(kRest | 42), nullptr) << "nothing beyond its threads";
}

TEST_F(Walking, TellsWhatAProcessHolds) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  for (const auto& holding : look().holdings) {
    if (holding.process.tgid != 42) continue;
    EXPECT_EQ(holding.birth_ns, kYoung * kTickNs);
    EXPECT_EQ(holding.memory.value_or(event::Memory{}).anonymous, 4096U);
    EXPECT_EQ(holding.memory.value_or(event::Memory{}).mapped, 8192U);
    EXPECT_EQ(holding.files.value_or(event::Files{}).open, 2U);
    EXPECT_EQ(holding.files.value_or(event::Files{}).limit, 1024U);
    return;
  }
  FAIL() << "nothing told";
}

TEST_F(Walking, NobodyIsTheParentOfTheFirst) { EXPECT_FALSE(look().sample(1)->parent); }

TEST_F(Walking, WhoseClockStandsStillIsNotReadAgain) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  look();
  processes_.tree.remove("42/task");  // whoever reads it finds nobody
  int reads = 0;
  for (int i = 0; i < 16; ++i) {
    const Told told = look();
    ASSERT_NE(told.sample(42), nullptr);
    EXPECT_EQ(told.sample(42)->total.cpu_ns, 70 * kMs);
    EXPECT_EQ(told.holdings.size(), 2U);
    reads = static_cast<int>(walker_->losses().vanished + walker_->losses().unreadable);
  }
  EXPECT_EQ(reads, 0);
}

TEST_F(Walking, WhoRanIsReadAgain) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  look();
  processes_.put(FakeProcesses::single(42, kYoung, 90));
  EXPECT_EQ(look().sample(42)->total.cpu_ns, 90 * kMs);
}

TEST_F(Walking, WhatOthersChangeIsSeenWithinSixteenLooks) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 70));
  look();
  processes_.put(FakeProcesses::single(42, kYoung, 70, 43));
  bool seen = false;
  for (int i = 0; i < 16; ++i) seen |= look().sample(42)->parent == event::ProcessId{43, 43};
  EXPECT_TRUE(seen);
}

TEST_F(Walking, DeadThreadsAreTheRest) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  process.clock_ms = 100;
  processes_.put(process);
  const Told told = look();
  ASSERT_NE(told.sample(kRest | 42), nullptr);
  EXPECT_EQ(told.sample(kRest | 42)->total.cpu_ns, 20 * kMs);
  EXPECT_EQ(told.sample(kRest | 42)->scope, event::Scope::kProcess);
  EXPECT_EQ(told.sample(kRest | 42)->task.birth_ns, kOld * kTickNs);
  EXPECT_FALSE(told.sample(kRest | 42)->leader);
}

TEST_F(Walking, AThreadThatEndedIsToldAndItsTailIsTheRest) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  processes_.put(process);
  EXPECT_EQ(cpu_ms_of(42, look()), 80U);
  process.threads.pop_back();
  process.clock_ms = 85;
  processes_.put(process);
  const Told told = look();
  ASSERT_NE(told.death(43), nullptr);
  EXPECT_EQ(told.death(43)->total.cpu_ns, 30 * kMs);
  EXPECT_GE(told.death(43)->live_threads, 1U);
  EXPECT_FALSE(told.died.front().status_known);
  ASSERT_EQ(told.freed.size(), 1U);
  EXPECT_FALSE(told.freed.front().leader);
  EXPECT_EQ(cpu_ms_of(42, told), 85U);
}

// A ledger takes what it first hears of a task that is older than itself for its past.
TEST_F(Walking, ARestThatBeginsLaterIsToldFromNothingOn) {
  FakeProcess process = FakeProcesses::single(42, kOld, 50);
  processes_.put(process);
  look();
  process.clock_ms = 60;
  processes_.put(process);
  std::vector<std::uint64_t> told;
  for (const auto& seen : look().samples) {
    if (seen.task.handle == (kRest | 42)) told.push_back(seen.total.cpu_ns / kMs);
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{0, 10}));
}

TEST_F(Walking, AThreadNumberUsedAgainIsAnotherThread) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  processes_.put(process);
  look();
  process.threads[1] = {43, 5, kYoung};
  process.clock_ms = 85;
  processes_.put(process);
  const Told told = look();
  EXPECT_EQ(told.death(43)->total.cpu_ns, 30 * kMs);
  EXPECT_EQ(told.sample(43)->total.cpu_ns, 5 * kMs);
  EXPECT_EQ(told.sample(43)->task.birth_ns, kYoung * kTickNs);
}

TEST_F(Walking, AnExecFromAThreadCountsNothingTwice) {
  for (const std::uint64_t leader_ms : {5U, 100U}) {
    const auto pid = static_cast<std::uint32_t>(200 + leader_ms);
    FakeProcess process{.pid = pid, .birth_ticks = kYoung, .threads = {{pid, leader_ms, kYoung}, {900, 50, kYoung}}};
    process.threads[1].written = 1000;
    processes_.put(process);
    look();
    process.threads = {{pid, 60, kYoung}};  // who was 900
    process.threads[0].written = 1000;
    process.clock_ms = leader_ms + 60;
    processes_.put(process);
    const Told told = look();
    std::uint64_t written = told.sample(pid)->total.call_written_bytes + told.death(900)->total.call_written_bytes;
    EXPECT_EQ(written, 1000U) << leader_ms;
    process.threads[0].cpu_ms = 160;
    process.threads[0].written = 1700;
    process.clock_ms = leader_ms + 160;
    processes_.put(process);
    EXPECT_EQ(cpu_ms_of(pid, told), leader_ms + 60);
    const Told later = look();
    EXPECT_EQ(cpu_ms_of(pid, later), leader_ms + 160);
    written = later.sample(pid)->total.call_written_bytes + told.death(900)->total.call_written_bytes;
    EXPECT_EQ(written, 1700U) << leader_ms;
  }
}

TEST_F(Walking, ADeadLeadersProcessLives) {
  FakeProcess process{.pid = 42, .birth_ticks = kYoung, .threads = {{42, 50, kYoung, 'Z'}, {43, 30, kYoung, 'R'}}};
  processes_.put(process);
  const Told told = look();
  EXPECT_EQ(told.sample(42)->state, event::State::kZombie);
  EXPECT_FALSE(told.sample(42)->died);
  EXPECT_EQ(told.sample(43)->state, event::State::kRunning);
  EXPECT_EQ(told.sample(42)->live_threads, 1U);
  ASSERT_EQ(told.holdings.size(), 2U);
  EXPECT_TRUE(told.holdings[1].memory) << "of the thread that lives";
}

TEST_F(Walking, AZombieHasItsNumbersAndHoldsNothing) {
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.threads[0].state = 'Z';
  processes_.put(process);
  const Told told = look();
  EXPECT_EQ(told.sample(42)->state, event::State::kZombie);
  EXPECT_EQ(told.sample(42)->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(told.sample(42)->live_threads, 0U);
  EXPECT_EQ(told.holdings.size(), 1U);
}

TEST_F(Walking, WhoVanishedIsToldDeadWithTheLastNumbers) {
  FakeProcess process{.pid = 42, .birth_ticks = kYoung, .threads = {{42, 50, kYoung}, {43, 30, kYoung}}};
  process.clock_ms = 90;
  processes_.put(process);
  look();
  processes_.remove(42);
  const Told told = look();
  ASSERT_EQ(told.died.size(), 3U);
  EXPECT_TRUE(told.died.back().task.leader);
  EXPECT_EQ(told.died.back().task.live_threads, 0U);
  EXPECT_EQ(told.death(kRest | 42)->total.cpu_ns, 10 * kMs);
  EXPECT_EQ(cpu_ms_of(42, told), 90U);
  ASSERT_EQ(told.freed.size(), 3U);
  EXPECT_TRUE(told.freed.back().leader);
  EXPECT_EQ(told.freed.back().parent, (event::ProcessId{1, 1}));
  EXPECT_EQ(told.sample(42), nullptr);
  EXPECT_TRUE(look().died.empty());
}

TEST_F(Walking, APidUsedAgainIsAnotherProcess) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  look();
  processes_.put(FakeProcesses::single(42, kYoung + 5, 10));
  const Told told = look();
  EXPECT_EQ(told.death(42)->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(told.death(42)->task.birth_ns, kYoung * kTickNs);
  ASSERT_NE(told.sample(42), nullptr);
  EXPECT_EQ(told.sample(42)->total.cpu_ns, 10 * kMs);
  EXPECT_LT(told.freed.front().time_ns, now_ns_) << "the newcomer's birth may lie before this look";
}

TEST_F(Walking, WhoVanishesWhileOthersAreReadIsToldInTheSameLook) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  look();
  int reads = 0;
  processes_.clock.on_read = [&](std::uint32_t tgid) {
    if (tgid == 42 && ++reads == 2) processes_.remove(42);
  };
  EXPECT_NE(look().death(42), nullptr);
}

TEST_F(Walking, WhoIsGoneBeforeItCouldBeReadIsCounted) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.tree.remove("42/stat");
  const Told told = look();
  EXPECT_EQ(told.sample(42), nullptr);
  EXPECT_TRUE(told.died.empty());
  EXPECT_EQ(walker_->losses().vanished, 1U);
}

TEST_F(Walking, WithoutSchedInfoTheSumIsStillTheProcesses) {
  open({.schedstat = false, .io = false, .fd_sizes = false});
  FakeProcess process = FakeProcesses::single(42, kYoung, 77);
  processes_.put(process);
  const Told told = look();
  EXPECT_EQ(cpu_ms_of(42, told), 77U);
  EXPECT_EQ(told.sample(42)->total.wait_ns, 0U);
  EXPECT_EQ(told.sample(42)->total.call_written_bytes, 0U);
}

TEST_F(Walking, WhatAParentReapedUnseenIsEstimated) {
  FakeProcess parent = FakeProcesses::single(42, kYoung, 70);
  processes_.put(parent);
  look();
  parent.children_ticks = 30;
  parent.threads[0].cpu_ms = 71;
  processes_.put(parent);
  const Told told = look();
  ASSERT_EQ(told.estimated.size(), 1U);
  EXPECT_EQ(told.estimated[0].process, (event::ProcessId{42, 42}));
  EXPECT_EQ(told.estimated[0].reaper, (event::ProcessId{42, 42}));
  EXPECT_EQ(told.estimated[0].birth_ns, kYoung * kTickNs);
  EXPECT_EQ(told.estimated[0].user_ns + told.estimated[0].system_ns, 300 * kMs);
  EXPECT_TRUE(look().estimated.empty());
}

TEST_F(Walking, AReapedChildIsNoEstimateAndItsParentIsReadThoughItsClockStandsStill) {
  FakeProcess parent = FakeProcesses::single(42, kYoung, 70);
  processes_.put(parent);
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  look();
  processes_.remove(43);
  parent.children_ticks = 32;
  processes_.put(parent);
  const Told told = look();
  ASSERT_EQ(told.estimated.size(), 1U);
  EXPECT_EQ(told.estimated[0].user_ns, 20 * kMs) << "its tail";
  EXPECT_FALSE(told.freed.back().autoreaped);
}

TEST_F(Walking, AChildThatNobodyWasCreditedWithIsAutoreaped) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  look();
  processes_.remove(43);
  EXPECT_TRUE(look().freed.back().autoreaped);
}

TEST_F(Walking, OrphansShowTheirNewParentAtOnce) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 300, 42));
  look();
  processes_.remove(42);
  processes_.put(FakeProcesses::single(43, kYoung, 300, 1));
  EXPECT_EQ(look().sample(43)->parent, (event::ProcessId{1, 1}));
}

TEST_F(Walking, OneToldDeadByOthersIsOnlyListed) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  event::Observation final = *look().sample(42);
  final.total.cpu_ns = 75 * kMs;
  final.live_threads = 0;
  EXPECT_EQ(walker_->told_dead(final, {42, kYoung * kTickNs}, {}), final.total);
  processes_.clock.ms[42] = 75;
  const Told listed = look();
  EXPECT_EQ(listed.sample(42), nullptr);
  ASSERT_EQ(listed.zombies.size(), 1U);
  EXPECT_TRUE(listed.zombies[0].leader);
  processes_.remove(42);
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 8;
  processes_.put(init);
  const Told told = look();
  EXPECT_TRUE(told.died.empty());
  EXPECT_EQ(told.freed.size(), 1U);
  ASSERT_EQ(told.estimated.size(), 1U);
  EXPECT_EQ(told.estimated[0].user_ns, 5 * kMs) << "80 ms reaped, 75 told by them";
}

TEST_F(Walking, OneNeverSeenAndToldDeadByOthersIsTakenOffItsParent) {
  look();
  event::Observation final;
  final.process = {77, 77};
  final.task = {77, kYoung * kTickNs};
  final.parent = event::ProcessId{1, 1};
  final.tid = 77;
  final.leader = true;
  final.total.cpu_ns = 200 * kMs;
  EXPECT_EQ(walker_->told_dead(final, {77, kYoung * kTickNs}, ProcessKey{1, kTickNs}), final.total);
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 25;
  processes_.put(init);
  const Told told = look();
  EXPECT_TRUE(told.died.empty());
  EXPECT_EQ(told.freed.size(), 1U);
  ASSERT_EQ(told.estimated.size(), 1U);
  EXPECT_EQ(told.estimated[0].user_ns, 50 * kMs);
}

TEST_F(Walking, OneToldDeadByAParentThatWasNeverSeenIsTakenOffWhoReapedThatOne) {
  look();
  const ProcessKey shell{70, kYoung * kTickNs};
  event::Observation final;
  final.leader = true;
  for (const std::uint32_t tgid : {77u, 70u}) {
    final.process = {tgid, tgid};
    final.task = {tgid, kYoung * kTickNs};
    final.tid = tgid;
    final.total.cpu_ns = 100 * kMs;
    static_cast<void>(walker_->told_dead(final, {tgid, kYoung * kTickNs}, tgid == 77 ? shell : ProcessKey{1, kTickNs}));
  }
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 20;
  processes_.put(init);
  EXPECT_TRUE(look().estimated.empty());
}

TEST_F(Walking, OneToldDeadAfterALookThatMissedItIsHeldAgainstThatLook) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  event::Observation final = *look().sample(42);
  processes_.remove(42);
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 9;
  processes_.put(init);
  now_ns_ += 30'000 * kMs;
  ASSERT_TRUE(walker_->look(now_ns_));
  final.total.cpu_ns = 90 * kMs;
  final.live_threads = 0;
  EXPECT_EQ(walker_->told_dead(final, {42, kYoung * kTickNs}, {}).cpu_ns, 90 * kMs);
  Told told;
  walker_->tell(told);
  EXPECT_TRUE(told.died.empty());
  EXPECT_EQ(told.freed.size(), 1U);
  EXPECT_TRUE(told.estimated.empty());
}

TEST_F(Walking, ThreadToldDeadIsNotTheRestOfItsProcessToo) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  look();
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.clock_ms = 100;
  processes_.put(process);
  now_ns_ += 30'000 * kMs;
  ASSERT_TRUE(walker_->look(now_ns_));
  event::Observation thread;  // it has used 30 ms, which the look took for the rest of its process
  thread.process = {42, 42};
  thread.task = {44, (kYoung + 1) * kTickNs};
  thread.tid = 44;
  thread.live_threads = 1;
  thread.total.cpu_ns = 30 * kMs;
  EXPECT_EQ(walker_->told_dead(thread, {42, kYoung * kTickNs}, {}).cpu_ns, 0U);
  Told told;
  walker_->tell(told);
  EXPECT_EQ(told.sample(kRest | 42)->total.cpu_ns, 30 * kMs);
}

TEST_F(Walking, WhatChildrenLeftIsTheirsWhereTheirEndsAreTold) {
  walker_ = std::make_unique<Walker>(
      Walker::Options{.procfs = processes_.tree.root(), .attached_ns = kAttachedTicks * kTickNs, .ends_are_told = true},
      ProcessFiles{processes_.tree.root(), {.schedstat = true}, CgroupIds{"", ""}}, processes_.clock);
  processes_.put(FakeProcesses::single(42, kYoung, 10));
  processes_.put(FakeProcesses::single(43, kYoung, 10));
  look();
  processes_.remove(42);
  processes_.remove(43);
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 10;
  processes_.put(init);
  const Told told = look();
  ASSERT_EQ(told.estimated.size(), 2U);
  EXPECT_EQ(told.estimated[0].user_ns + told.estimated[1].user_ns, 80 * kMs);
  EXPECT_EQ(told.estimated[0].user_ns, 40 * kMs);
  EXPECT_NE(told.estimated[0].process, told.estimated[1].process);
  EXPECT_EQ(told.estimated[0].reaper, (event::ProcessId{1, 1}));
  EXPECT_EQ(told.estimated[0].birth_ns, kYoung * kTickNs);
}

TEST_F(Walking, AWorkersNameIsWithoutItsWork) {
  FakeProcess worker = FakeProcesses::single(42, kYoung, 70);
  worker.threads[0].comm = "kworker/0:1H-events";
  processes_.put(worker);
  std::string stat = "42 (kworker/0:1H-events) I 2 0 0 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 2000 0 0\n";
  processes_.tree.file("42/stat", stat);
  processes_.tree.file("42/task/42/stat", stat);
  const Told told = look();
  EXPECT_EQ(told.sample(42)->comm.view(), "kworker/0:1H");
  EXPECT_TRUE(told.sample(42)->kernel_thread);
  EXPECT_EQ(told.holdings.size(), 1U) << "it has no memory of its own";
}

TEST_F(Walking, WithoutAnyListItFails) {
  open({});
  walker_ = std::make_unique<Walker>(Walker::Options{.procfs = "/nowhere/at/all", .attached_ns = 0},
                                     ProcessFiles{"/nowhere/at/all", {}, CgroupIds{"", ""}}, processes_.clock);
  EXPECT_FALSE(walker_->look(1));
}

}  // namespace
}  // namespace procledger::procsource
