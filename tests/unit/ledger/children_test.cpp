// SPDX-License-Identifier: Apache-2.0
// Credit of exited processes to their parents, once each.
#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

constexpr auto kWaited = static_cast<std::size_t>(Reaping::kWaited);
constexpr auto kAutoreaped = static_cast<std::size_t>(Reaping::kAutoreaped);

/// A shell (tgid 1), its child make (tgid 2), and make's child, a compiler (tgid 3), each in its own group.
class LedgerChildren : public LedgerTest {
 protected:
  static event::Observation with_parent(const Seen& task, const Seen& parent) {
    event::Observation seen = task;
    seen.parent = event::ProcessId{.handle = parent.process, .tgid = parent.tgid};
    return seen;
  }
  void start(const Seen& task, const Seen& parent) { ledger.on_fork({.child = with_parent(task, parent), .creator = {}}); }
  void end(Seen task, const Seen& parent, std::uint64_t cpu_ms, std::int64_t when, bool autoreaped = false) {
    task.cpu = cpu_ms;
    task.live = 0;
    event::TaskExit last = final(task, when);
    last.task.parent = with_parent(task, parent).parent;
    last.autoreaped = autoreaped;
    ledger.on_exit(last);
    event::TaskRelease release = end_of(last.task, when);
    release.autoreaped = autoreaped;
    ledger.on_release(release);
  }
  static std::uint64_t ms(const ChildUsage& usage) { return usage.total.cpu_ns / kMs; }

  Seen shell{.task = 1, .born = 1, .process = 101, .tgid = 1, .comm = "sh"};
  Seen make{.task = 2, .born = 2, .process = 102, .tgid = 2, .comm = "make"};
  Seen compiler{.task = 3, .born = 3, .process = 103, .tgid = 3, .comm = "cc"};
};

TEST_F(LedgerChildren, ReapedCountOnceAndCumulativeAtEachAncestor) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  end(compiler, make, 7, 10);
  end(make, shell, 2, 11);
  EXPECT_EQ(group("make").reaped[kWaited].processes, 1);
  EXPECT_EQ(ms(group("make").reaped[kWaited].own), 7);
  EXPECT_EQ(ms(group("make").children), 7);
  EXPECT_EQ(group("sh").reaped[kWaited].processes, 1);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 2) << "the compiler was counted with make";
  EXPECT_EQ(ms(group("sh").children), 9);
  EXPECT_EQ(cpu_ms("sh"), 0) << "child usage is never the time of the parent";
}

TEST_F(LedgerChildren, ChildReleasedAfterItsParentIsCreditedToTheReaperOfTheParent) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  end(make, shell, 2, 10);
  end(compiler, make, 7, 11);
  EXPECT_EQ(ms(group("make").reaped[kWaited].own), 7);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 2);
  EXPECT_EQ(ms(group("sh").children), 9);
  EXPECT_EQ(ms(ledger.processes().find({.handle = 101, .tgid = 1})->children), 9);
}

// If zombies are not listed more often, a scan notices a lost release record only after a minute.
TEST_F(LedgerChildren, ParentThatEndedLongAgoIsCreditedWithAChildWhoseFreeRecordWasLost) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  Seen last = compiler;
  last.cpu = 7;
  last.live = 0;
  event::TaskExit record = final(last, 10);
  record.task.parent = with_parent(compiler, make).parent;
  ledger.on_exit(record);
  end(make, shell, 2, 11);
  for (const std::int64_t when : {30'000, 60'000, 90'000}) scan(when, [&] { sample(shell); });
  EXPECT_EQ(ledger.processes().find({.handle = 103, .tgid = 3}), nullptr);
  EXPECT_EQ(group("make").reaped[kWaited].processes, 1);
  EXPECT_EQ(ms(group("make").reaped[kWaited].own), 7);
  EXPECT_EQ(ms(group("make").children), 7);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 2);
  EXPECT_EQ(ms(group("sh").children), 9);
  EXPECT_EQ(group("(unattributed)").reaped[kWaited].processes, 0);
}

TEST_F(LedgerChildren, ParentThatAScanMeetsAfterItsChildIsKnownAfterItsEndToo) {
  scan(1, [&] {
    ledger.on_sample(with_parent(compiler, make));
    ledger.on_sample(with_parent(make, shell));
    sample(shell);
  });
  scan(2, [&] {
    ledger.on_sample(with_parent(compiler, make));
    ledger.on_sample(with_parent(make, shell));
    sample(shell);
  });
  end(make, shell, 2, 11);
  for (const std::int64_t when : {30'000, 60'000, 90'000}) scan(when, [&] { sample(shell); });
  EXPECT_EQ(group("make").reaped[kWaited].processes, 1);
}

TEST_F(LedgerChildren, ParentThatEndedIsKeptAsLongAsAChildNamesItAndNoLonger) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  const std::weak_ptr<const Process> parent = ledger.processes().find({.handle = 102, .tgid = 2});
  end(make, shell, 2, 10);
  EXPECT_FALSE(parent.expired());
  scan(20, [&] {
    sample(shell);
    ledger.on_sample(with_parent(compiler, shell));
  });
  EXPECT_TRUE(parent.expired()) << "the compiler is now a child of the shell";
}

TEST_F(LedgerChildren, ChainOfParentsThatEndedKeepsTheLastAlone) {
  const Seen assembler{.task = 6, .born = 6, .process = 106, .tgid = 6, .comm = "as"};
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  start(assembler, compiler);
  const std::weak_ptr<const Process> grandparent = ledger.processes().find({.handle = 102, .tgid = 2});
  const std::weak_ptr<const Process> parent = ledger.processes().find({.handle = 103, .tgid = 3});
  end(make, shell, 2, 10);
  end(compiler, make, 1, 11);
  EXPECT_TRUE(grandparent.expired());
  EXPECT_FALSE(parent.expired());
  end(assembler, compiler, 1, 12);
  EXPECT_TRUE(parent.expired());
}

TEST_F(LedgerChildren, NobodyIsCreditedWithAnAutoreapedChild) {
  start(shell, {});
  start(make, shell);
  end(make, shell, 5, 10, true);
  EXPECT_EQ(group("sh").reaped[kAutoreaped].processes, 1);
  EXPECT_EQ(ms(group("sh").reaped[kAutoreaped].own), 5);
  EXPECT_EQ(group("sh").reaped[kWaited].processes, 0);
  EXPECT_EQ(ms(group("sh").children), 0);
}

TEST_F(LedgerChildren, RepeatedFreeRecordHandsNothingOver) {
  start(shell, {});
  start(make, shell);
  end(make, shell, 5, 10);
  released(make, 10);
  EXPECT_EQ(group("sh").reaped[kWaited].processes, 1);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 5);
}

TEST_F(LedgerChildren, ThreadReleasedAfterItsLeaderIsCreditedToo) {
  start(shell, {});
  start(make, shell);
  end(make, shell, 5, 10);
  ended({.task = 9, .born = 4, .process = 102, .tgid = 2, .comm = "make", .cpu = 3, .leader = false, .live = 0}, 12);
  EXPECT_EQ(cpu_ms("make"), 8);
  EXPECT_EQ(group("sh").reaped[kWaited].processes, 1);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 8);
  EXPECT_EQ(ms(group("sh").children), 8);
}

TEST_F(LedgerChildren, ParentAtTheLastScanIsCredited) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  end(make, shell, 2, 10);
  scan(20, [&] {
    sample(shell);
    ledger.on_sample(with_parent(compiler, shell));  // reparented to the shell, a subreaper
  });
  end(compiler, shell, 7, 30);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 9);
  EXPECT_EQ(ms(group("make").reaped[kWaited].own), 0);
}

// The parent pointer of an exited task may lead to a new process at the same address.
TEST_F(LedgerChildren, ParentThatIsYoungerThanItsChildIsNotBelieved) {
  start(shell, {});
  start(make, shell);
  const Seen stranger{.task = 5, .born = 20, .process = 105, .tgid = 5, .comm = "stranger"};
  start(stranger, {});
  end(make, stranger, 4, 30);
  EXPECT_EQ(ms(group("sh").reaped[kWaited].own), 4);
  EXPECT_EQ(ms(group("stranger").reaped[kWaited].own), 0);
}

TEST_F(LedgerChildren, WithoutAKnownParentTheUnattributedAreCredited) {
  start(make, {.process = 999, .tgid = 99});
  end(make, {.process = 999, .tgid = 99}, 4, 10);
  EXPECT_EQ(ms(group("(unattributed)").reaped[kWaited].own), 4);
}

TEST_F(LedgerChildren, TimeIsSplitForEachProcessByItsTicks) {
  start(shell, {});
  start(make, shell);
  event::TaskExit last = final(make, 10);
  last.task = with_parent(make, shell);
  last.task.total = {.cpu_ns = 9 * kMs, .user_ticks_ns = 4 * kMs, .system_ticks_ns = 8 * kMs};
  ledger.on_exit(last);
  ledger.on_release(end_of(last.task, 10));
  EXPECT_EQ(group("sh").children.cpu.user_ns, 3 * kMs);
  EXPECT_EQ(group("sh").children.cpu.system_ns, 6 * kMs);
}

TEST_F(LedgerChildren, ZombiesHoldWhatTheyUsedAndReaped) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  end(compiler, make, 7, 10);
  make.cpu = 2;
  make.live = 0;
  exited(make, 15);
  scan(20, [&] { zombie(make); });
  EXPECT_EQ(group("make").zombies, 1);
  EXPECT_EQ(group("make").zombie_cpu_ns, 9 * kMs);
  EXPECT_EQ(group("make").processes, 0);
  EXPECT_EQ(group("make").thread_states[static_cast<std::size_t>(event::State::kZombie)], 1);
  end(make, shell, 2, 30);
  scan(40);
  EXPECT_EQ(group("make").zombies, 0);
  EXPECT_EQ(group("make").zombie_cpu_ns, 0);
}

TEST_F(LedgerChildren, ParentsKeepTheirZombiesInWhateverGroupTheseAre) {
  start(shell, {});
  start(make, shell);
  start(compiler, make);
  compiler.live = 0;
  exited(compiler, 15);
  scan(20, [&] {
    sample(shell);
    sample(make);
    zombie(compiler);
  });
  EXPECT_EQ(group("cc").zombies, 1);
  EXPECT_EQ(group("cc").unreaped, 0);
  EXPECT_EQ(group("make").unreaped, 1);
  EXPECT_EQ(group("sh").unreaped, 0);
  end(compiler, make, 7, 30);
  scan(40, [&] { sample(make); });
  EXPECT_EQ(group("make").unreaped, 0);
}

// Only the address of the parent is known, and another process now has the address.
TEST_F(LedgerChildren, ProcessYoungerThanTheChildIsNotCredited) {
  const Seen stranger{.task = 5, .born = 20, .process = 105, .tgid = 5, .comm = "stranger"};
  start(make, stranger);
  start(stranger, {});
  end(make, stranger, 4, 30);
  EXPECT_EQ(ms(group("stranger").children), 0);
  EXPECT_EQ(ms(group("(unattributed)").reaped[kWaited].own), 4);
}

TEST_F(LedgerChildren, DeadProcessYoungerThanTheChildIsNotCredited) {
  const Seen stranger{.task = 5, .born = 20, .process = 105, .tgid = 5, .comm = "stranger"};
  start(make, stranger);
  start(stranger, {});
  end(stranger, {}, 1, 25);
  end(make, stranger, 4, 30);
  EXPECT_EQ(ms(group("stranger").children), 0);
  EXPECT_EQ(ms(group("(unattributed)").reaped[kWaited].own), 5);
}

TEST_F(LedgerChildren, LateThreadOfAnAutoreapedProcessIsCreditedToNobody) {
  start(shell, {});
  start(make, shell);
  end(make, shell, 5, 10, true);
  ended({.task = 9, .born = 4, .process = 102, .tgid = 2, .comm = "make", .cpu = 3, .leader = false, .live = 0}, 12);
  EXPECT_EQ(ms(group("sh").reaped[kAutoreaped].own), 8);
  EXPECT_EQ(ms(group("sh").children), 0);
}

TEST_F(LedgerChildren, ProcessOfWhichOnlyAThreadWasSeenIsNotCountedAsReaped) {
  scan(10, [this] { sample({.task = 9, .born = -50, .process = 105, .tgid = 5, .comm = "old", .cpu = 3, .leader = false}); });
  fork({.task = 7, .born = 50, .process = 105, .tgid = 6, .comm = "new"});
  EXPECT_EQ(group("old").members, 0) << "the exit was missed, since another process has the handle";
  EXPECT_EQ(group("(unattributed)").reaped[kWaited].processes, 0);
}

}  // namespace
}  // namespace procledger::ledger
