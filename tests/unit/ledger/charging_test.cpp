// SPDX-License-Identifier: Apache-2.0
// The time that a record charges, and the group that gets it.
#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

using LedgerCharging = LedgerTest;
using LedgerHandles = LedgerTest;
using LedgerBaseline = LedgerTest;

TEST_F(LedgerCharging, ZombieIsChargedOnce) {
  fork({});
  const Seen dead{.cpu = 7, .live = 0, .state = event::State::kZombie};
  scan(10, [&] {
    exited(dead, 9);
    sample({.cpu = 6});
  });
  EXPECT_EQ(ledger.live_tasks(), 0) << "no other record of the task can come";
  scan(20, [&] { zombie(dead); });
  EXPECT_EQ(group("web").zombies, 1);
  EXPECT_EQ(group("web").zombie_cpu_ns, 7 * kMs);
  released(dead, 25);
  EXPECT_EQ(cpu_ms("web"), 7);
}

TEST_F(LedgerCharging, FinalChargesWhatTheLastSampleHadNot) {
  scan(10, [&] { sample({.cpu = 3}); });
  EXPECT_EQ(cpu_ms("web"), 3);
  ended({.cpu = 5, .live = 0}, 20);
  EXPECT_EQ(cpu_ms("web"), 5);
}

TEST_F(LedgerCharging, SampleOlderThanTheFreeRecordAddsNothing) {
  fork({});
  scan(10, [&] {
    ended({.cpu = 5, .live = 0}, 12);
    sample({.cpu = 4});
  });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(ledger.live_tasks(), 0);
  EXPECT_EQ(ledger.live_processes(), 0);
  EXPECT_EQ(exits("web"), 1);
}

TEST_F(LedgerCharging, SampleOlderThanAnExecRecordAddsNothing) {
  fork({});
  scan(10, [&] {
    exec({.comm = "cc1", .cpu = 6}, 11);
    sample({.comm = "web", .cpu = 5});
  });
  EXPECT_EQ(cpu_ms("web"), 6);
  EXPECT_EQ(cpu_ms("cc1"), 0);
}

TEST_F(LedgerCharging, PendingTimeIsShownButNotChargedTwice) {
  scan(10, [&] { sample({.cpu = 3, .pending = 2}); });
  EXPECT_EQ(cpu_ms("web"), 3);
  EXPECT_EQ(total_ms(), 5);
  scan(20, [&] { sample({.cpu = 6}); });
  EXPECT_EQ(total_ms(), 6);
}

TEST_F(LedgerCharging, PendingTimeOfATaskThatExitsInTheSameScanIsNotShownTwice) {
  scan(10, [&] {
    sample({.cpu = 3, .pending = 2});
    exited({.cpu = 5, .live = 0}, 11);
  });
  EXPECT_EQ(total_ms(), 5);
  EXPECT_EQ(group("web").shown.user_ns, 5 * kMs);
}

TEST_F(LedgerCharging, ShownNeverFallsWhenPendingTimeWasOverstated) {
  scan(10, [&] { sample({.cpu = 3, .pending = 9}); });
  scan(20, [&] { sample({.cpu = 4}); });
  EXPECT_EQ(total_ms(), 12);
  EXPECT_EQ(cpu_ms("web"), 4);
  scan(30, [&] { sample({.cpu = 20}); });
  EXPECT_EQ(total_ms(), 20);
}

TEST_F(LedgerCharging, PendingTimeAtExecBelongsToTheOldProgram) {
  fork({});
  exec({.comm = "cc1", .cpu = 2, .pending = 3}, 10);
  scan(20, [&] { sample({.comm = "cc1", .cpu = 9}); });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 4);
}

TEST_F(LedgerCharging, PendingTimeAtExecIsNotChargedBeforeTheTotalHasMoved) {
  fork({});
  exec({.comm = "cc1", .cpu = 2, .pending = 30}, 10);
  EXPECT_EQ(cpu_ms("web"), 2);
  ended({.comm = "cc1", .cpu = 9, .live = 0}, 20);
  EXPECT_EQ(cpu_ms("web"), 9) << "the time in the total, and no more";
  EXPECT_EQ(cpu_ms("cc1"), 0);
  scan(30);
  EXPECT_EQ(total_ms(), 9);
}

TEST_F(LedgerCharging, OverstatedPendingTimeEndsWithItsSlice) {
  fork({});
  exec({.comm = "cc1", .cpu = 2, .pending = 30}, 10);
  scan(20, [&] { sample({.comm = "cc1", .cpu = 9}); });
  scan(30, [&] { sample({.comm = "cc1", .cpu = 19}); });
  EXPECT_EQ(cpu_ms("web"), 9);
  EXPECT_EQ(cpu_ms("cc1"), 10);
}

TEST_F(LedgerCharging, GroupsThatAProcessLeavesWithinASliceShareIt) {
  fork({});
  exec({.comm = "cc1", .cpu = 2, .pending = 3}, 10);
  rename({.comm = "as", .cpu = 2, .pending = 7}, 14);
  scan(20, [&] { sample({.comm = "as", .cpu = 2, .pending = 8}); });
  EXPECT_EQ(group("web").running_ns, 3 * kMs);
  EXPECT_EQ(group("cc1").running_ns, 4 * kMs);
  EXPECT_EQ(group("as").running_ns, 1 * kMs);
  ended({.comm = "as", .cpu = 12, .live = 0}, 25);
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 4);
  EXPECT_EQ(cpu_ms("as"), 3);
}

TEST_F(LedgerCharging, AThousandRenamesWithinASliceLoseNothing) {
  fork({});
  for (std::uint64_t i = 1; i <= 1000; ++i) rename({.comm = i % 2 == 0 ? "even" : "odd", .pending = i}, static_cast<std::int64_t>(i));
  ended({.comm = "even", .cpu = 1500, .live = 0}, 2000);
  EXPECT_EQ(cpu_ms("web") + cpu_ms("even") + cpu_ms("odd"), 1500);
}

TEST_F(LedgerHandles, LaterBirthIsAnotherTask) {
  fork({.task = 1, .born = 1});
  ended({.task = 1, .born = 1, .cpu = 5, .live = 0}, 10);
  fork({.task = 1, .born = 11, .process = 100, .tgid = 12, .comm = "cc1"});
  scan(20, [&] { sample({.task = 1, .born = 11, .process = 100, .tgid = 12, .comm = "cc1", .cpu = 2}); });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 2);
}

TEST_F(LedgerHandles, LateFinalOfAPastOwnerGoesToItsOwnGroup) {
  fork({.task = 1, .born = 1});
  scan(5, [&] { sample({.task = 1, .born = 1, .cpu = 3}); });
  fork({.task = 1, .born = 11, .process = 100, .tgid = 12, .comm = "cc1"});
  scan(20, [&] {
    ended({.task = 1, .born = 1, .cpu = 5, .live = 0}, 10);
    sample({.task = 1, .born = 11, .process = 100, .tgid = 12, .comm = "cc1", .cpu = 2});
  });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 2);
  EXPECT_EQ(exits("web"), 1);
  EXPECT_EQ(exits("cc1"), 0);
  EXPECT_EQ(ledger.live_processes(), 1);
  EXPECT_EQ(ledger.live_tasks(), 1);
}

TEST_F(LedgerHandles, SamePidAndAddressAgainIsAnotherProcess) {
  fork({.born = 1});
  ended({.born = 1, .cpu = 5, .live = 0}, 10);
  scan(20, [&] { sample({.born = 11, .comm = "cc1", .cpu = 2}); });
  EXPECT_EQ(cpu_ms("web"), 5);
  EXPECT_EQ(cpu_ms("cc1"), 2);
}

TEST_F(LedgerHandles, LateThreadOfAReleasedLeaderGoesToItsGroup) {
  fork({.born = 1});
  ended({.born = 1, .cpu = 5, .live = 0}, 10);
  ended({.task = 2, .born = 3, .comm = "worker", .cpu = 4, .leader = false, .live = 0}, 11);
  EXPECT_EQ(cpu_ms("web"), 9);
  EXPECT_EQ(cpu_ms("worker"), 0);
  EXPECT_EQ(exits("web"), 1);
  EXPECT_EQ(ledger.live_processes(), 0);
}

TEST_F(LedgerHandles, LateThreadThatExitsAfterTheReleaseOfItsLeaderIsChargedOnce) {
  fork({.born = 1});
  const Seen straggler{.task = 2, .born = 3, .cpu = 4, .leader = false, .live = 0};
  scan(10, [&] {
    ended({.born = 1, .cpu = 5, .live = 0}, 10);
    exited(straggler, 9);
  });
  scan(30, [&] { released(straggler, 29); });
  EXPECT_EQ(cpu_ms("web"), 9);
  EXPECT_EQ(exits("web"), 1);
  EXPECT_EQ(ledger.live_tasks(), 0);
}

TEST_F(LedgerBaseline, UsageBeforeTheFirstScanIsNotCharged) {
  scan(10, [&] { sample({.born = -5000, .cpu = 4000}); });
  EXPECT_EQ(total_ms(), 0);
  scan(20, [&] { sample({.born = -5000, .cpu = 4003}); });
  EXPECT_EQ(total_ms(), 3);
  ended({.born = -5000, .cpu = 4004, .live = 0}, 25);
  EXPECT_EQ(cpu_ms("web"), 4);
}

TEST_F(LedgerBaseline, ThreadBornAfterAttachIsChargedInFull) {
  scan(10, [&] {
    sample({.born = -5000, .cpu = 4000});
    sample({.task = 2, .born = 5, .cpu = 3, .leader = false});
  });
  EXPECT_EQ(cpu_ms("web"), 3);
}

TEST_F(LedgerBaseline, ExitBeforeTheFirstScanChargesNothingAndIsCounted) {
  ended({.born = -5000, .cpu = 4000, .live = 0}, 5);
  scan(10);
  EXPECT_EQ(total_ms(), 0);
  EXPECT_EQ(ledger.anomalies().exited_before_scan, 1);
  EXPECT_EQ(ledger.live_tasks(), 0);
  EXPECT_EQ(ledger.live_processes(), 0);
}

/// A handle that several processes have in turn.
class LedgerReusedHandles : public LedgerTest {
 protected:
  /// A thread of a process with the handle of `web`; no record of its leader has come yet.
  static constexpr Seen kThread{.task = 9, .born = 50, .comm = "db", .cpu = 3, .leader = false};
};

TEST_F(LedgerReusedHandles, ThreadOfAnotherPidIsOfAnotherProcess) {
  fork({});
  Seen thread = kThread;
  thread.tgid = 20;
  scan(60, [&] { sample(thread); });
  EXPECT_EQ(cpu_ms("db"), 3U);
  EXPECT_EQ(cpu_ms("web"), 0U);
}

TEST_F(LedgerReusedHandles, ThreadThatStartedAfterTheProcessExitedIsOfAnotherProcess) {
  fork({});
  exited({.live = 0}, 10);
  scan(60, [this] { sample(kThread); });
  EXPECT_EQ(cpu_ms("db"), 3U);
  EXPECT_EQ(cpu_ms("web"), 0U);
}

TEST_F(LedgerReusedHandles, ThreadThatStartedAfterTheReleaseIsOfAnotherProcess) {
  fork({});
  ended({.live = 0}, 10);
  scan(60, [this] { sample(kThread); });
  EXPECT_EQ(cpu_ms("db"), 3U);
  EXPECT_EQ(cpu_ms("web"), 0U);
}

TEST_F(LedgerReusedHandles, LateRecordOfThePastOwnerLeavesTheHandleWithThePresentOne) {
  fork({.task = 2, .born = 50, .tgid = 20, .comm = "db"});
  exited({.task = 1, .born = 5, .cpu = 4, .live = 0}, 40);
  EXPECT_EQ(cpu_ms("web"), 4U);
  const ProcessPtr owner = ledger.processes().owner(100);
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->id.tgid, 20U);
}

}  // namespace
}  // namespace procledger::ledger
