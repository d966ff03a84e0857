// SPDX-License-Identifier: Apache-2.0
// A change of source: other ids, coarser start times, the same tasks.
#include <gtest/gtest.h>

#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

constexpr std::uint64_t kTickNs = 10 * kMs;

/// The ids of a source that reads /proc: PIDs, and start times at the beginning of a tick.
event::Observation by_number(event::Observation seen) {
  seen.task = {.handle = seen.tid, .start_boottime_ns = seen.task.start_boottime_ns / kTickNs * kTickNs};
  seen.process.handle = seen.process.tgid;
  return seen;
}

class LedgerSuccession : public LedgerTest {
 protected:
  static constexpr Seen kWeb{.born = 3, .cpu = 40};
  static constexpr Seen kThread{.task = 2, .born = 27, .cpu = 5, .leader = false};

  void SetUp() override {
    scan(100, [this] {
      sample(kWeb);
      sample(kThread);
    });
    ASSERT_EQ(cpu_ms("web"), 45U);
  }

  /// A scan of the present source, with these tasks as all running tasks.
  void scan_of(std::int64_t when, std::vector<event::Observation> all) {
    ledger.begin_scan(at(when), event::Zombies::kListed);
    for (const auto& seen : all) ledger.on_sample(seen);
    ledger.end_scan(at(when) + 1);
  }

  static event::Observation later(Seen seen, std::uint64_t cpu) {
    seen.cpu = cpu;
    return by_number(seen);
  }

  /// The present source reports the exit of a process at `when`, and its release a millisecond later.
  void end(event::Observation leader, std::int64_t when) {
    leader.exited = true;
    leader.live_threads = 0;
    ledger.on_exit({.task = leader, .exit_boottime_ns = at(when)});
    ledger.on_release({.task = leader.task, .process = leader.process, .tid = leader.tid, .leader = true, .time_ns = at(when + 1)});
  }

  /// The time of a process beyond its tasks.
  static event::Observation rest(const Seen& leader, std::uint64_t cpu) {
    event::Observation seen = later(leader, cpu);
    seen.scope = event::Scope::kProcess;
    seen.task.handle |= 1ULL << 32;
    seen.tid = 0;
    seen.leader = false;
    return seen;
  }
};

TEST_F(LedgerSuccession, ZombieThatAScanListsAgainHasNotVanished) {
  const Seen dead{.task = 5, .born = 50, .process = 500, .tgid = 50, .comm = "cc1", .cpu = 7, .live = 0, .state = event::State::kZombie};
  const auto living = [this] {
    sample(kWeb);
    sample(kThread);
  };
  scan(200, [&] { living(), sample(dead); });  // the previous source got the exit record
  for (const std::int64_t when : {300, 400}) scan(when, living, event::Zombies::kLeftOut);
  scan(20'000, [&] { living(), zombie(dead); });
  EXPECT_EQ(ledger.anomalies().vanished_tasks, 0U);
  ledger.change_source();
  scan_of(20'100, {later(kWeb, 40), later(kThread, 5), later(dead, 7)});
  EXPECT_EQ(cpu_ms("cc1"), 7U);
}

TEST_F(LedgerSuccession, WhatWasChargedIsNotChargedAgain) {
  ledger.change_source();
  scan_of(200, {later(kWeb, 47), later(kThread, 9)});
  EXPECT_EQ(cpu_ms("web"), 56U);
  EXPECT_EQ(group("web").processes, 1U);
  EXPECT_EQ(group("web").threads, 2U);
  EXPECT_EQ(ledger.live_tasks(), 2U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 0U);
}

TEST_F(LedgerSuccession, TheFirstSourceMayComeBack) {
  ledger.change_source();
  scan_of(200, {later(kWeb, 47), later(kThread, 9)});
  ledger.change_source();
  Seen web = kWeb;
  web.cpu = 60;
  scan(300, [&] { sample(web); });
  EXPECT_EQ(cpu_ms("web"), 69U);
  EXPECT_EQ(ledger.live_processes(), 1U);
}

TEST_F(LedgerSuccession, WhoIsNotMetAgainHasEnded) {
  ledger.change_source();
  scan_of(200, {});
  EXPECT_EQ(cpu_ms("web"), 45U);
  EXPECT_EQ(ledger.live_processes(), 0U);
  EXPECT_EQ(ledger.live_tasks(), 0U);
  EXPECT_EQ(group("web").members, 0U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 1U);
  EXPECT_EQ(exits("web"), 0U) << "the status is unknown";
}

TEST_F(LedgerSuccession, AnotherProcessOfTheSameNumberIsNotTheOldOne) {
  ledger.change_source();
  scan_of(200, {by_number(Seen{.born = 150, .cpu = 8})});
  EXPECT_EQ(cpu_ms("web"), 53U);
  EXPECT_EQ(ledger.live_processes(), 1U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 1U);
}

TEST_F(LedgerSuccession, WhoWasBornInBetweenIsChargedWhole) {
  ledger.change_source();
  scan_of(200, {later(kWeb, 40), later(kThread, 5), by_number(Seen{.task = 7, .born = 130, .process = 700, .tgid = 77, .cpu = 6})});
  EXPECT_EQ(cpu_ms("web"), 51U);
}

TEST_F(LedgerSuccession, ThreadsOfTheDeadAreInTheRestOfTheirProcessAlready) {
  ledger.change_source();
  scan_of(200, {later(kWeb, 40), rest(kWeb, 300)});
  EXPECT_EQ(cpu_ms("web"), 45U) << "the part of 300 ms that was charged to exited threads is unknown";
  scan_of(300, {later(kWeb, 40), rest(kWeb, 310)});
  EXPECT_EQ(cpu_ms("web"), 55U);
  EXPECT_EQ(group("web").threads, 1U);
}

TEST_F(LedgerSuccession, RestOfANewProcessCounts) {
  scan_of(200,
          {by_number(Seen{.born = 150, .process = 500, .tgid = 50, .cpu = 8}), rest(Seen{.born = 150, .process = 500, .tgid = 50}, 4)});
  EXPECT_EQ(cpu_ms("web"), 57U);
}

TEST_F(LedgerSuccession, NewSourceReportsExitsBeforeItsFirstScan) {
  ledger.change_source();
  end(later(kWeb, 44), 150);
  scan_of(200, {});
  EXPECT_EQ(cpu_ms("web"), 49U);
  EXPECT_EQ(exits("web"), 1U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 0U);
}

TEST_F(LedgerSuccession, ChildrenInheritFromAParentThatOnlyTheirForkNames) {
  ledger.change_source();
  const event::Observation child = by_number(Seen{.task = 9, .born = 160, .process = 900, .tgid = 90});
  ledger.on_fork({.child = child, .creator = {.handle = kWeb.tgid, .tgid = kWeb.tgid}});
  EXPECT_EQ(group("web").forks, 1U);
  scan_of(200, {later(kWeb, 47), later(kThread, 9), child});
  EXPECT_EQ(cpu_ms("web"), 56U);
  EXPECT_EQ(group("web").processes, 2U);
}

TEST_F(LedgerSuccession, ZombieStaysOneUntilItIsGone) {
  Seen dying = kWeb;
  dying.live = 0;
  dying.state = event::State::kZombie;
  exited(dying, 110);
  ledger.change_source();
  event::Observation zombie = by_number(dying);
  zombie.exited = true;
  scan_of(200, {zombie});
  EXPECT_EQ(group("web").zombies, 1U);
  EXPECT_EQ(exits("web"), 1U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 0U);
}

TEST_F(LedgerSuccession, ZombieThatTheNextSourceSamplesIsChargedOnce) {
  Seen dying = kWeb;
  dying.live = 0;
  dying.state = event::State::kZombie;
  exited(dying, 110);
  scan(120);
  ledger.change_source();
  scan_of(200, {by_number(dying)});
  EXPECT_EQ(cpu_ms("web"), 45U) << "/proc shows the CPU time of a zombie";
  EXPECT_EQ(group("web").zombies, 1U);
}

TEST_F(LedgerSuccession, ThreadThatExitedBeforeTheChangeIsChargedOnce) {
  Seen dying = kThread;
  dying.state = event::State::kZombie;
  exited(dying, 110);
  scan(120, [this] { sample(kWeb); });
  ledger.change_source();
  scan_of(200, {later(kWeb, 40), by_number(dying)});
  EXPECT_EQ(cpu_ms("web"), 45U);
}

/// The next source has attached its hooks, and also reports the events of the present source's last scan.
class LedgerHandover : public LedgerSuccession {
 protected:
  static constexpr event::ProcessId kWebProcess{.handle = 100, .tgid = 10};

  static Seen child(std::uint64_t cpu = 0) {
    return {.task = 9, .born = 160, .process = 900, .tgid = 90, .comm = "cc", .cpu = cpu, .live = 0};
  }

  void fork_and_die(const event::Observation& task, event::ProcessId creator, std::uint64_t cpu) {
    event::Observation last = task;
    last.total.cpu_ns = cpu * kMs;
    ledger.on_fork({.child = task, .creator = creator});
    ledger.on_exit({.task = last, .exit_boottime_ns = at(170)});
    ledger.on_release({.task = last.task, .process = last.process, .tid = last.tid, .leader = true, .time_ns = at(175)});
  }

  /// @param tell  reports the events of both sources, with their ids
  template <typename Tell>
  void tell_twice(Tell tell) {
    ledger.begin_handover();
    scan(180, [&] {
      tell([](const Seen& seen) -> event::Observation { return seen; }, kWebProcess);
      sample(kWeb);
      sample(kThread);
    });
    ledger.change_source();
    tell([](const Seen& seen) { return by_number(seen); }, event::ProcessId{.handle = kWeb.tgid, .tgid = kWeb.tgid});
    scan_of(200, {later(kWeb, 40), later(kThread, 5)});
  }
};

TEST_F(LedgerHandover, ProcessThatBothReportIsChargedAndCountedOnce) {
  tell_twice([this](auto seen, event::ProcessId creator) { fork_and_die(seen(child()), creator, 7); });
  EXPECT_EQ(total_ms(), 52U);
  EXPECT_EQ(exits("web"), 1U) << "forked in this group, without an exec";
  EXPECT_EQ(group("web").forks, 1U);
  EXPECT_EQ(ledger.live_processes(), 1U);
}

TEST_F(LedgerHandover, ThreadThatBothReportIsChargedOnce) {
  tell_twice([this](auto seen, event::ProcessId) {
    event::Observation last = seen({.task = 3, .born = 165, .cpu = 6, .leader = false});
    ledger.on_exit({.task = last, .exit_boottime_ns = at(170)});
    ledger.on_release({.task = last.task, .process = last.process, .tid = last.tid, .time_ns = at(171)});
  });
  EXPECT_EQ(cpu_ms("web"), 51U);
}

TEST_F(LedgerHandover, ExecThatBothReportCountsOnce) {
  tell_twice([this](auto seen, event::ProcessId) {
    Seen renamed = kWeb;
    renamed.comm = "db";
    ledger.on_exec({.task = seen(renamed), .filename = "/bin/db", .args = std::nullopt, .previous_tid = kWeb.tgid, .time_ns = at(170)});
  });
  EXPECT_EQ(group("db").execs, 1U);
}

TEST_F(LedgerHandover, LastGuessIsNotTakenSinceTheNextSourceMayKnow) {
  tell_twice([this](auto, event::ProcessId creator) {
    if (creator == kWebProcess)
      ledger.on_estimated(
          {.process = creator, .start_boottime_ns = at(3), .reaper = creator, .reaper_start_ns = at(3), .user_ns = 9 * kMs});
  });
  EXPECT_EQ(group("web").estimated, CpuSplit{});
  EXPECT_EQ(total_ms(), 45U);
}

TEST_F(LedgerSuccession, EndOfAThreadThatNobodySawTakesNoExitAway) {
  event::TaskExit thread = final(kThread, 150);
  thread.status_known = false;
  ledger.on_exit(thread);
  ledger.on_release(end_of(kThread, 151));
  event::TaskExit last = final(kWeb, 160);
  last.task.live_threads = 0;
  ledger.on_exit(last);
  EXPECT_EQ(exits("web"), 1U);
}

TEST_F(LedgerSuccession, WhatHadLostItsNameIsNotForgotten) {
  scan(110, [this] {
    sample(kWeb);
    sample(kThread);
    ledger.on_unattributed({.tasks = 2, .total = {.cpu_ns = 9 * kMs}, .exits_ok = 1});
  });
  const std::uint64_t before = group("(unattributed)").total.cpu_ns;
  ASSERT_EQ(before, 9 * kMs);
  ledger.change_source();
  scan_of(200, {later(kWeb, 40), later(kThread, 5)});
  EXPECT_EQ(group("(unattributed)").total.cpu_ns, before);
  ledger.begin_scan(at(300), event::Zombies::kListed);
  ledger.on_unattributed({.tasks = 1, .total = {.cpu_ns = 3 * kMs}, .exits_ok = 1});
  ledger.end_scan(at(301));
  EXPECT_GE(group("(unattributed)").total.cpu_ns, before);
  EXPECT_EQ(exits("(unattributed)"), 2U);
}

TEST_F(LedgerSuccession, EstimatesAreApartAndInTheTotal) {
  const std::uint64_t total = total_ms();
  ledger.on_estimated({.process = {.handle = kWeb.process, .tgid = kWeb.tgid},
                       .start_boottime_ns = at(3),
                       .reaper = {.handle = kWeb.process, .tgid = kWeb.tgid},
                       .reaper_start_ns = at(3),
                       .user_ns = 20 * kMs,
                       .system_ns = 10 * kMs});
  scan(200);
  EXPECT_EQ(cpu_ms("web"), 45U);
  EXPECT_EQ(group("web").estimated, (CpuSplit{20 * kMs, 10 * kMs}));
  EXPECT_EQ(group("web").children.total.cpu_ns, 30 * kMs);
  EXPECT_EQ(total_ms(), total + 30);
}

TEST_F(LedgerSuccession, EndWithoutAStatusIsNoExit) {
  event::TaskExit last = final(kWeb, 150);
  last.task.live_threads = 0;
  last.status_known = false;
  ledger.on_exit(last);
  ledger.on_release(end_of(kWeb, 151));
  EXPECT_EQ(exits("web"), 0U);
}

// In /proc both have the same start time, the beginning of their tick.
TEST_F(LedgerSuccession, CreatorThatStartedInTheTickOfItsChildIsFound) {
  ledger.change_source();
  const event::Observation child = by_number(Seen{.task = 9, .born = 8, .process = 900, .tgid = 90, .comm = "cc"});
  ledger.on_fork({.child = child, .creator = {.handle = kWeb.tgid, .tgid = kWeb.tgid}});
  EXPECT_EQ(group("web").forks, 1U);
  EXPECT_EQ(group("cc").forks, 0U);
}

/// The previous source had two processes with one PID, since the release record of the first was late.
class LedgerSamePid : public LedgerSuccession {
 protected:
  static constexpr Seen kNext{.task = 7, .born = 150, .process = 700, .comm = "db", .cpu = 6};

  void SetUp() override {
    LedgerSuccession::SetUp();
    scan(160, [this] { sample(kNext); });
    ASSERT_EQ(ledger.live_processes(), 2U);
    ledger.change_source();
  }
};

TEST_F(LedgerSamePid, OlderProcessEndsUnseenIfTheNextSourceDoesNotShowIt) {
  scan_of(200, {later(kNext, 6)});
  EXPECT_EQ(ledger.anomalies().ended_unseen, 1U);
  EXPECT_EQ(group("web").members, 0U);
  EXPECT_EQ(group("db").members, 1U);
}

TEST_F(LedgerSamePid, RecordOfTheOlderProcessEndsTheOlderProcess) {
  end(later(kWeb, 44), 170);
  scan_of(200, {later(kNext, 6)});
  EXPECT_EQ(ledger.anomalies().ended_unseen, 0U);
  EXPECT_EQ(exits("web"), 1U);
  EXPECT_EQ(cpu_ms("web"), 49U);
  EXPECT_EQ(group("db").members, 1U);
}

// /proc has the beginning of the tick; the hooks report a later time in the tick, and a thread first.
TEST_F(LedgerSuccession, LeaderWhoseStartTimeComesAfterItsThreadIsTheSameProcess) {
  ledger.change_source();
  scan_of(200, {later(kWeb, 40), later(kThread, 5)});
  ledger.change_source();
  exited(kThread, 210);
  scan(300, [this] { sample(kWeb); });
  const ProcessPtr web = ledger.processes().find({.handle = kWeb.process, .tgid = kWeb.tgid});
  ASSERT_TRUE(web);
  EXPECT_EQ(web->own.cpu_ns, 45 * kMs);
  EXPECT_EQ(group("(unattributed)").reaped[0].processes, 0U) << "no process has exited";
}

TEST_F(LedgerSuccession, ZombieThatIsReapedInBetweenHasNotEndedUnseen) {
  Seen dying = kWeb;
  dying.live = 0;
  dying.state = event::State::kZombie;
  exited(dying, 110);
  ledger.change_source();
  scan_of(200, {});
  EXPECT_EQ(exits("web"), 1U);
  EXPECT_EQ(ledger.anomalies().ended_unseen, 0U);
}

TEST_F(LedgerSuccession, ParentOfAProcessThatEndedInBetweenIsCredited) {
  const Seen child{.task = 9, .born = 60, .process = 900, .tgid = 90, .comm = "cc", .cpu = 7};
  scan(120, [&] {
    sample(kWeb);
    event::Observation seen = child;
    seen.parent = event::ProcessId{.handle = kWeb.process, .tgid = kWeb.tgid};
    ledger.on_sample(seen);
  });
  ledger.change_source();
  scan_of(200, {later(kWeb, 40)});
  EXPECT_EQ(group("web").reaped[0].processes, 1U);
  EXPECT_EQ(group("web").children.total.cpu_ns, 7 * kMs);
}

TEST_F(LedgerSuccession, EstimateIsTheChildsAndItsReaperIsCredited) {
  scan(120, [&] {
    sample(kWeb);
    sample({.task = 9, .born = 60, .process = 900, .tgid = 90, .comm = "cc"});
  });
  ledger.on_estimated({.process = {.handle = 900, .tgid = 90},
                       .start_boottime_ns = at(60),
                       .reaper = {.handle = kWeb.process, .tgid = kWeb.tgid},
                       .reaper_start_ns = at(3),
                       .user_ns = 20 * kMs});
  EXPECT_EQ(group("cc").estimated.user_ns, 20 * kMs);
  EXPECT_EQ(group("web").estimated.user_ns, 0U);
  EXPECT_EQ(group("web").children.total.cpu_ns, 20 * kMs);
  EXPECT_EQ(group("cc").children.total.cpu_ns, 0U);
}

}  // namespace
}  // namespace procledger::ledger
