// SPDX-License-Identifier: Apache-2.0
// Exits that a scan finds, and exits that other code reports.
#include "scanner_test.hpp"

namespace procledger::proc {
namespace {

TEST_F(ProcScannerTest, ADeadLeadersProcessLives) {
  FakeProcess process{.pid = 42, .birth_ticks = kYoung, .threads = {{42, 50, kYoung, 'Z'}, {43, 30, kYoung, 'R'}}};
  processes_.put(process);
  const ScanEvents events = scan();
  EXPECT_EQ(events.sample(42)->state, event::State::kZombie);
  EXPECT_FALSE(events.sample(42)->exited);
  EXPECT_EQ(events.sample(43)->state, event::State::kRunning);
  EXPECT_EQ(events.sample(42)->live_threads, 1U);
  ASSERT_EQ(events.holdings.size(), 2U);
  EXPECT_TRUE(events.holdings[1].memory) << "of the running thread";
}

TEST_F(ProcScannerTest, AZombieHasItsNumbersAndHoldsNothing) {
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.threads[0].state = 'Z';
  processes_.put(process);
  const ScanEvents events = scan();
  EXPECT_EQ(events.sample(42)->state, event::State::kZombie);
  EXPECT_EQ(events.sample(42)->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(events.sample(42)->live_threads, 0U);
  EXPECT_EQ(events.holdings.size(), 1U);
}

TEST_F(ProcScannerTest, VanishedProcessExitsWithItsLastTotals) {
  FakeProcess process{.pid = 42, .birth_ticks = kYoung, .threads = {{42, 50, kYoung}, {43, 30, kYoung}}};
  process.clock_ms = 90;
  processes_.put(process);
  scan();
  processes_.remove(42);
  const ScanEvents events = scan();
  ASSERT_EQ(events.exits.size(), 3U);
  EXPECT_TRUE(events.exits.back().task.leader);
  EXPECT_EQ(events.exits.back().task.live_threads, 0U);
  EXPECT_EQ(events.exit_of(kRest | 42)->total.cpu_ns, 10 * kMs);
  EXPECT_EQ(cpu_ms_of(42, events), 90U);
  ASSERT_EQ(events.releases.size(), 3U);
  EXPECT_TRUE(events.releases.back().leader);
  EXPECT_EQ(events.releases.back().parent, (event::ProcessId{1, 1}));
  EXPECT_EQ(events.sample(42), nullptr);
  EXPECT_TRUE(scan().exits.empty());
}

TEST_F(ProcScannerTest, APidUsedAgainIsAnotherProcess) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  processes_.put(FakeProcesses::single(42, kYoung + 5, 10));
  const ScanEvents events = scan();
  EXPECT_EQ(events.exit_of(42)->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(events.exit_of(42)->task.start_boottime_ns, kYoung * kTickNs);
  ASSERT_NE(events.sample(42), nullptr);
  EXPECT_EQ(events.sample(42)->total.cpu_ns, 10 * kMs);
  EXPECT_LT(events.releases.front().time_ns, now_ns_) << "the new process may have started before this scan";
}

TEST_F(ProcScannerTest, ProcessThatVanishesDuringAScanExitsInTheSameScan) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  int reads = 0;
  processes_.clock.on_read = [&](std::uint32_t tgid) {
    if (tgid == 42 && ++reads == 2) processes_.remove(42);
  };
  EXPECT_NE(scan().exit_of(42), nullptr);
}

TEST_F(ProcScannerTest, WhoIsGoneBeforeItCouldBeReadIsCounted) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.tree.remove("42/stat");
  const ScanEvents events = scan();
  EXPECT_EQ(events.sample(42), nullptr);
  EXPECT_TRUE(events.exits.empty());
  EXPECT_EQ(scanner_->losses().vanished, 1U);
}

TEST_F(ProcScannerTest, ReportedExitIsOnlyListed) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  event::Observation final = *scan().sample(42);
  final.total.cpu_ns = 75 * kMs;
  final.live_threads = 0;
  EXPECT_EQ(scanner_->reported_exited(final, {42, kYoung * kTickNs}, {}), final.total);
  processes_.clock.ms[42] = 75;
  const ScanEvents listed = scan();
  EXPECT_EQ(listed.sample(42), nullptr);
  ASSERT_EQ(listed.zombies.size(), 1U);
  EXPECT_TRUE(listed.zombies[0].leader);
  processes_.remove(42);
  init_has_reaped(8);
  const ScanEvents events = scan();
  EXPECT_TRUE(events.exits.empty());
  EXPECT_EQ(events.releases.size(), 1U);
  ASSERT_EQ(events.estimated.size(), 1U);
  EXPECT_EQ(events.estimated[0].user_ns, 5 * kMs) << "80 ms reaped, 75 ms reported for the children";
}

TEST_F(ProcScannerTest, ReportedExitOfAnUnseenProcessIsSubtractedFromItsParent) {
  scan();
  event::Observation final;
  final.process = {77, 77};
  final.task = {77, kYoung * kTickNs};
  final.parent = event::ProcessId{1, 1};
  final.tid = 77;
  final.leader = true;
  final.total.cpu_ns = 200 * kMs;
  EXPECT_EQ(scanner_->reported_exited(final, {77, kYoung * kTickNs}, ProcessKey{1, kTickNs}), final.total);
  init_has_reaped(25);
  const ScanEvents events = scan();
  EXPECT_TRUE(events.exits.empty());
  EXPECT_EQ(events.releases.size(), 1U);
  ASSERT_EQ(events.estimated.size(), 1U);
  EXPECT_EQ(events.estimated[0].user_ns, 50 * kMs);
}

TEST_F(ProcScannerTest, ReportedExitWithAnUnseenParentIsSubtractedFromItsReaper) {
  scan();
  const ProcessKey shell{70, kYoung * kTickNs};
  event::Observation final;
  final.leader = true;
  for (const std::uint32_t tgid : {77u, 70u}) {
    final.process = {tgid, tgid};
    final.task = {tgid, kYoung * kTickNs};
    final.tid = tgid;
    final.total.cpu_ns = 100 * kMs;
    static_cast<void>(scanner_->reported_exited(final, {tgid, kYoung * kTickNs}, tgid == 77 ? shell : ProcessKey{1, kTickNs}));
  }
  init_has_reaped(20);
  EXPECT_TRUE(scan().estimated.empty());
}

TEST_F(ProcScannerTest, ReportedExitIsComparedWithTheScanThatMissedTheProcess) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  event::Observation final = *scan().sample(42);
  processes_.remove(42);
  init_has_reaped(9);
  now_ns_ += 30'000 * kMs;
  ASSERT_TRUE(scanner_->scan(now_ns_));
  final.total.cpu_ns = 90 * kMs;
  final.live_threads = 0;
  EXPECT_EQ(scanner_->reported_exited(final, {42, kYoung * kTickNs}, {}).cpu_ns, 90 * kMs);
  ScanEvents events;
  scanner_->emit(events);
  EXPECT_TRUE(events.exits.empty());
  EXPECT_EQ(events.releases.size(), 1U);
  EXPECT_TRUE(events.estimated.empty());
}

}  // namespace
}  // namespace procledger::proc
