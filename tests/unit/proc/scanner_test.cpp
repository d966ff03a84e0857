// SPDX-License-Identifier: Apache-2.0
// The processes that a scan reads, and its reports of running processes.
#include "scanner_test.hpp"

namespace procledger::proc {
namespace {

TEST_F(ProcScannerTest, EmitsTheStateOfAThread) {
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.threads[0].comm = "a) b (\n";
  process.threads[0].state = 'D';
  process.threads[0].written = 33;
  processes_.put(process);
  const ScanEvents events = scan();
  const event::Observation* seen = events.sample(42);
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->process, (event::ProcessId{42, 42}));
  EXPECT_EQ(seen->task, (event::TaskId{42, kYoung * kTickNs}));
  EXPECT_EQ(seen->parent, (event::ProcessId{1, 1}));
  EXPECT_EQ(seen->comm.view(), "a) b (\n");
  EXPECT_EQ(seen->state, event::State::kDiskSleep);
  EXPECT_TRUE(seen->leader);
  EXPECT_FALSE(seen->exited);
  EXPECT_EQ(seen->uid, 7U);
  EXPECT_EQ(seen->live_threads, 1U);
  EXPECT_EQ(seen->total.cpu_ns, 70 * kMs);
  EXPECT_EQ(seen->total.wait_ns, 70U);
  EXPECT_EQ(seen->total.voluntary_switches, 70U);
  EXPECT_EQ(seen->total.call_written_bytes, 33U);
  EXPECT_EQ(events.sample(kRest | 42), nullptr) << "no time beyond the threads";
}

TEST_F(ProcScannerTest, EmitsWhatAProcessUses) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  for (const auto& holding : scan().holdings) {
    if (holding.process.tgid != 42) continue;
    EXPECT_EQ(holding.start_boottime_ns, kYoung * kTickNs);
    EXPECT_EQ(holding.memory.value_or(event::Memory{}).anonymous, 4096U);
    EXPECT_EQ(holding.memory.value_or(event::Memory{}).mapped, 8192U);
    EXPECT_EQ(holding.files.value_or(event::Files{}).open, 2U);
    EXPECT_EQ(holding.files.value_or(event::Files{}).limit, 1024U);
    return;
  }
  FAIL() << "no report";
}

TEST_F(ProcScannerTest, NobodyIsTheParentOfTheFirst) { EXPECT_FALSE(scan().sample(1)->parent); }

TEST_F(ProcScannerTest, WhoseClockStandsStillIsNotReadAgain) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  processes_.tree.remove("42/task");  // a read finds no task
  int reads = 0;
  for (int i = 0; i < 16; ++i) {
    const ScanEvents events = scan();
    ASSERT_NE(events.sample(42), nullptr);
    EXPECT_EQ(events.sample(42)->total.cpu_ns, 70 * kMs);
    EXPECT_EQ(events.holdings.size(), 2U);
    reads = static_cast<int>(scanner_->losses().vanished + scanner_->losses().unreadable);
  }
  EXPECT_EQ(reads, 0);
}

TEST_F(ProcScannerTest, WhoRanIsReadAgain) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  processes_.put(FakeProcesses::single(42, kYoung, 90));
  EXPECT_EQ(scan().sample(42)->total.cpu_ns, 90 * kMs);
}

TEST_F(ProcScannerTest, ChangesFromOutsideAreSeenWithinSixteenScans) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  processes_.put(FakeProcesses::single(43, kYoung, 70));
  scan();
  processes_.put(FakeProcesses::single(42, kYoung, 70, 43));
  bool seen = false;
  for (int i = 0; i < 16; ++i) seen |= scan().sample(42)->parent == event::ProcessId{43, 43};
  EXPECT_TRUE(seen);
}

TEST_F(ProcScannerTest, AWorkersNameIsWithoutItsWork) {
  FakeProcess worker = FakeProcesses::single(42, kYoung, 70);
  worker.threads[0].comm = "kworker/0:1H-events";
  processes_.put(worker);
  std::string stat = "42 (kworker/0:1H-events) I 2 0 0 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 2000 0 0\n";
  processes_.tree.file("42/stat", stat);
  processes_.tree.file("42/task/42/stat", stat);
  const ScanEvents events = scan();
  EXPECT_EQ(events.sample(42)->comm.view(), "kworker/0:1H");
  EXPECT_TRUE(events.sample(42)->kernel_thread);
  EXPECT_EQ(events.holdings.size(), 1U) << "it has no memory of its own";
}

TEST_F(ProcScannerTest, WithoutAnyListItFails) {
  open({});
  scanner_ = std::make_unique<ProcScanner>(ProcScanner::Options{.procfs = "/nowhere/at/all", .attached_ns = 0},
                                           ProcessFiles{"/nowhere/at/all", {}, CgroupIds{"", ""}}, processes_.clock);
  EXPECT_FALSE(scanner_->scan(1));
}

}  // namespace
}  // namespace procledger::proc
