// SPDX-License-Identifier: Apache-2.0
// Forks, execs and other changes of identity: the group of a process, and the identity of its tasks.
#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

using LedgerFork = LedgerTest;
using LedgerExec = LedgerTest;
using LedgerChange = LedgerTest;

TEST_F(LedgerFork, ChildJoinsTheGroupOfItsCreator) {
  fork({});
  fork({.task = 2, .born = 5, .process = 200, .tgid = 20, .comm = "worker"}, {.handle = 100, .tgid = 10});
  scan(10, [&] { sample({.task = 2, .born = 5, .process = 200, .tgid = 20, .comm = "worker", .cpu = 3}); });
  EXPECT_EQ(cpu_ms("web"), 3);
  EXPECT_EQ(group("web").forks, 2);
}

TEST_F(LedgerFork, ChildOfAnUnknownCreatorIsNamedByItself) {
  fork({.comm = "sh"}, {.handle = 900, .tgid = 90});
  scan(10, [&] { sample({.comm = "sh", .cpu = 3}); });
  EXPECT_EQ(cpu_ms("sh"), 3);
}

TEST_F(LedgerFork, CreatorUnderAReusedHandleIsNotMistakenForAnotherPid) {
  fork({});
  fork({.task = 2, .born = 5, .process = 200, .tgid = 20, .comm = "sh"}, {.handle = 100, .tgid = 11});
  scan(10, [&] { sample({.task = 2, .born = 5, .process = 200, .tgid = 20, .comm = "sh", .cpu = 3}); });
  EXPECT_EQ(cpu_ms("sh"), 3);
}

TEST_F(LedgerExec, TimeBeforeExecStaysWhereItWasEarned) {
  fork({});
  exec({.comm = "cc1", .cpu = 4}, 10);
  ended({.comm = "cc1", .cpu = 10, .live = 0}, 20);
  EXPECT_EQ(cpu_ms("web"), 4);
  EXPECT_EQ(cpu_ms("cc1"), 6);
  EXPECT_EQ(group("cc1").execs, 1);
  EXPECT_EQ(exits("cc1"), 1);
  EXPECT_EQ(exits("web"), 0);
}

// fs/exec.c:de_thread: the caller gets the tid and the start time of its leader; the old leader is freed as a thread.
TEST_F(LedgerExec, ThreadThatExecsKeepsItsOwnTime) {
  fork({.task = 1, .born = 1});
  scan(5, [&] {
    sample({.task = 1, .born = 1, .cpu = 3, .live = 2});
    sample({.task = 2, .born = 4, .cpu = 8, .leader = false, .live = 2});
  });
  exec({.task = 2, .born = 1, .comm = "cc1", .cpu = 9}, 10, true);
  ended({.task = 1, .born = 1, .cpu = 3, .leader = false}, 11);
  scan(20, [&] { sample({.task = 2, .born = 1, .comm = "cc1", .cpu = 12}); });
  ended({.task = 2, .born = 1, .comm = "cc1", .cpu = 13, .live = 0}, 25);
  EXPECT_EQ(cpu_ms("web"), 12);
  EXPECT_EQ(cpu_ms("cc1"), 4);
  EXPECT_EQ(exits("cc1"), 1);
  EXPECT_EQ(exits("web"), 0);
  EXPECT_EQ(ledger.live_tasks(), 0);
  EXPECT_EQ(ledger.live_processes(), 0);
}

TEST_F(LedgerExec, ThreadThatExecsIsRecognizedByTheScanWhenTheRecordIsLost) {
  fork({.task = 1, .born = 1});
  scan(5, [&] {
    sample({.task = 1, .born = 1, .live = 2});
    sample({.task = 2, .born = 4, .cpu = 8, .leader = false, .live = 2});
  });
  scan(20, [&] {
    ended({.task = 1, .born = 1, .leader = false}, 11);
    sample({.task = 2, .born = 1, .comm = "cc1", .cpu = 12});
  });
  EXPECT_EQ(total_ms(), 12);
  EXPECT_EQ(ledger.live_tasks(), 1);
}

TEST_F(LedgerExec, SampleOfAThreadFromBeforeItsExecIsStillThatThread) {
  fork({.task = 1, .born = 1});
  scan(5, [&] {
    sample({.task = 1, .born = 1, .live = 2});
    sample({.task = 2, .born = 4, .cpu = 8, .leader = false, .live = 2});
  });
  scan(20, [&] {
    exec({.task = 2, .born = 1, .comm = "cc1", .cpu = 9}, 21, true);
    sample({.task = 2, .born = 4, .cpu = 9, .leader = false, .live = 2});
  });
  EXPECT_EQ(total_ms(), 9);
  ended({.task = 1, .born = 1, .leader = false}, 22);
  EXPECT_EQ(ledger.live_tasks(), 1);
}

TEST_F(LedgerExec, SampleFromBeforeTheExecOfAThreadNeverSeenIsStillThatThread) {
  fork({.task = 1, .born = 1});
  scan(20, [&] {
    exec({.task = 2, .born = 1, .comm = "cc1", .cpu = 9}, 21, true);
    sample({.task = 2, .born = 4, .cpu = 9, .leader = false, .live = 2});
  });
  EXPECT_EQ(total_ms(), 9);
}

// A new thread gets the address of the old leader, execs, and gets the old leader's start time: the same handle and start time, twice.
TEST_F(LedgerExec, OldLeadersAddressAndBirthCanComeBack) {
  fork({.task = 1, .born = 1});
  exec({.task = 2, .born = 1, .comm = "sh"}, 10, true);
  ended({.task = 1, .born = 1, .cpu = 3, .leader = false}, 12);
  exec({.task = 1, .born = 1, .comm = "cc1", .cpu = 2}, 20, true);
  ended({.task = 2, .born = 1, .cpu = 4, .leader = false}, 21);
  ended({.task = 1, .born = 1, .comm = "cc1", .cpu = 7, .live = 0}, 30);
  scan(40);
  EXPECT_EQ(total_ms(), 14);
  EXPECT_EQ(exits("cc1"), 1);
}

// The release record of the handle's previous owner is late: until the end of the scan, the handle has two owners.
TEST_F(LedgerExec, ThreadThatAScanShowsBeforeItsExecRecordIsFollowedOnce) {
  scan(5, [&] {
    sample({.task = 1, .born = -20, .live = 2});
    sample({.task = 2, .born = -10, .process = 200, .tgid = 20, .comm = "sh"});
  });
  exited({.task = 2, .born = -10, .process = 200, .tgid = 20, .comm = "sh", .live = 0}, 6);
  scan(10, [&] { sample({.task = 2, .born = -20, .cpu = 1}); });
  exec({.task = 2, .born = -20, .comm = "cc1", .cpu = 5}, 9, true);
  scan(20, [&] { sample({.task = 2, .born = -20, .comm = "cc1", .cpu = 7}); });
  EXPECT_EQ(total_ms(), 6);
  EXPECT_EQ(cpu_ms("cc1"), 2);
}

TEST_F(LedgerChange, RenameMovesOnlyWhatComesAfter) {
  fork({});
  rename({.comm = "cc1", .cpu = 4, .pending = 1}, 10);
  scan(20, [&] { sample({.comm = "cc1", .cpu = 8}); });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 3);
}

TEST_F(LedgerChange, MoveToAnotherCgroupDecidesAgain) {
  fork({.cgroup = 1});
  move({.cpu = 4, .cgroup = 2}, 10);
  scan(20, [&] { sample({.cpu = 8, .cgroup = 2}); });
  EXPECT_EQ(cpu_ms("web@1"), 4);
  EXPECT_EQ(cpu_ms("web@2"), 4);
}

TEST_F(LedgerChange, LostRenameShowsInTheNextScan) {
  fork({});
  scan(10, [&] { sample({.cpu = 2}); });
  scan(20, [&] { sample({.comm = "cc1", .cpu = 5}); });
  scan(30, [&] { sample({.comm = "cc1", .cpu = 9}); });
  EXPECT_EQ(total_ms(), 9);
  EXPECT_GE(cpu_ms("cc1"), 4);
  EXPECT_EQ(group("web").members, 0);
  EXPECT_EQ(group("cc1").members, 1);
}

TEST_F(LedgerChange, SampleOlderThanARenameDoesNotUndoIt) {
  fork({});
  scan(10, [&] {
    rename({.comm = "cc1"}, 11);
    sample({.comm = "web"});
  });
  EXPECT_EQ(group("cc1").members, 1);
  EXPECT_EQ(group("web").members, 0);
}

TEST_F(LedgerChange, ThreadsDoNotNameTheirProcess) {
  scan(10, [&] {
    sample({.task = 2, .born = 5, .comm = "worker", .cpu = 3, .leader = false, .live = 2});
    sample({.cpu = 1, .live = 2});
  });
  EXPECT_EQ(cpu_ms("web"), 4);
  EXPECT_EQ(cpu_ms("worker"), 0);
}

TEST_F(LedgerChange, RenameOfADeadLeaderChargesNothingAgain) {
  fork({});
  scan(10, [&] {
    exited({.cpu = 7, .live = 1}, 9);
    sample({.task = 2, .born = 5, .cpu = 1, .leader = false, .live = 1});
  });
  rename({.comm = "cc1", .cpu = 7, .live = 1, .state = event::State::kZombie}, 12);
  scan(20, [&] { sample({.task = 2, .born = 5, .cpu = 4, .leader = false, .live = 1}); });
  EXPECT_EQ(cpu_ms("web"), 8);
  EXPECT_EQ(cpu_ms("cc1"), 3);
}

}  // namespace
}  // namespace procledger::ledger
