// SPDX-License-Identifier: Apache-2.0
// CPU time of threads, and of a process beyond its threads.
#include "scanner_test.hpp"

namespace procledger::proc {
namespace {

TEST_F(ProcScannerTest, DeadThreadsAreTheRest) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  process.clock_ms = 100;
  processes_.put(process);
  const ScanEvents events = scan();
  ASSERT_NE(events.sample(kRest | 42), nullptr);
  EXPECT_EQ(events.sample(kRest | 42)->total.cpu_ns, 20 * kMs);
  EXPECT_EQ(events.sample(kRest | 42)->scope, event::Scope::kProcess);
  EXPECT_EQ(events.sample(kRest | 42)->task.start_boottime_ns, kOld * kTickNs);
  EXPECT_FALSE(events.sample(kRest | 42)->leader);
}

TEST_F(ProcScannerTest, ExitedThreadIsReportedAndItsTailIsTheRest) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  processes_.put(process);
  EXPECT_EQ(cpu_ms_of(42, scan()), 80U);
  process.threads.pop_back();
  process.clock_ms = 85;
  processes_.put(process);
  const ScanEvents events = scan();
  ASSERT_NE(events.exit_of(43), nullptr);
  EXPECT_EQ(events.exit_of(43)->total.cpu_ns, 30 * kMs);
  EXPECT_GE(events.exit_of(43)->live_threads, 1U);
  EXPECT_FALSE(events.exits.front().status_known);
  ASSERT_EQ(events.releases.size(), 1U);
  EXPECT_FALSE(events.releases.front().leader);
  EXPECT_EQ(cpu_ms_of(42, events), 85U);
}

// A ledger takes the first total of a task from before its start as a baseline.
TEST_F(ProcScannerTest, ARestThatBeginsLaterStartsFromZero) {
  FakeProcess process = FakeProcesses::single(42, kOld, 50);
  processes_.put(process);
  scan();
  process.clock_ms = 60;
  processes_.put(process);
  std::vector<std::uint64_t> rests_ms;
  for (const auto& seen : scan().samples) {
    if (seen.task.handle == (kRest | 42)) rests_ms.push_back(seen.total.cpu_ns / kMs);
  }
  EXPECT_EQ(rests_ms, (std::vector<std::uint64_t>{0, 10}));
}

TEST_F(ProcScannerTest, AThreadNumberUsedAgainIsAnotherThread) {
  FakeProcess process{.pid = 42, .birth_ticks = kOld, .threads = {{42, 50, kOld}, {43, 30, kOld}}};
  processes_.put(process);
  scan();
  process.threads[1] = {43, 5, kYoung};
  process.clock_ms = 85;
  processes_.put(process);
  const ScanEvents events = scan();
  EXPECT_EQ(events.exit_of(43)->total.cpu_ns, 30 * kMs);
  EXPECT_EQ(events.sample(43)->total.cpu_ns, 5 * kMs);
  EXPECT_EQ(events.sample(43)->task.start_boottime_ns, kYoung * kTickNs);
}

TEST_F(ProcScannerTest, AnExecFromAThreadCountsNothingTwice) {
  for (const std::uint64_t leader_ms : {5U, 100U}) {
    const auto pid = static_cast<std::uint32_t>(200 + leader_ms);
    FakeProcess process{.pid = pid, .birth_ticks = kYoung, .threads = {{pid, leader_ms, kYoung}, {900, 50, kYoung}}};
    process.threads[1].written = 1000;
    processes_.put(process);
    scan();
    process.threads = {{pid, 60, kYoung}};  // the former thread 900
    process.threads[0].written = 1000;
    process.clock_ms = leader_ms + 60;
    processes_.put(process);
    const ScanEvents events = scan();
    std::uint64_t written = events.sample(pid)->total.call_written_bytes + events.exit_of(900)->total.call_written_bytes;
    EXPECT_EQ(written, 1000U) << leader_ms;
    process.threads[0].cpu_ms = 160;
    process.threads[0].written = 1700;
    process.clock_ms = leader_ms + 160;
    processes_.put(process);
    EXPECT_EQ(cpu_ms_of(pid, events), leader_ms + 60);
    const ScanEvents later = scan();
    EXPECT_EQ(cpu_ms_of(pid, later), leader_ms + 160);
    written = later.sample(pid)->total.call_written_bytes + events.exit_of(900)->total.call_written_bytes;
    EXPECT_EQ(written, 1700U) << leader_ms;
  }
}

TEST_F(ProcScannerTest, WithoutSchedInfoTheSumIsStillTheProcesses) {
  open({.schedstat = false, .io = false, .fd_sizes = false});
  FakeProcess process = FakeProcesses::single(42, kYoung, 77);
  processes_.put(process);
  const ScanEvents events = scan();
  EXPECT_EQ(cpu_ms_of(42, events), 77U);
  EXPECT_EQ(events.sample(42)->total.wait_ns, 0U);
  EXPECT_EQ(events.sample(42)->total.call_written_bytes, 0U);
}

TEST_F(ProcScannerTest, ReportedThreadExitIsNotInTheRestToo) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  FakeProcess process = FakeProcesses::single(42, kYoung, 70);
  process.clock_ms = 100;
  processes_.put(process);
  now_ns_ += 30'000 * kMs;
  ASSERT_TRUE(scanner_->scan(now_ns_));
  event::Observation thread;  // the thread has used 30 ms, which the scan counted as the rest of its process
  thread.process = {42, 42};
  thread.task = {44, (kYoung + 1) * kTickNs};
  thread.tid = 44;
  thread.live_threads = 1;
  thread.total.cpu_ns = 30 * kMs;
  EXPECT_EQ(scanner_->reported_exited(thread, {42, kYoung * kTickNs}, {}).cpu_ns, 0U);
  ScanEvents events;
  scanner_->emit(events);
  EXPECT_EQ(events.sample(kRest | 42)->total.cpu_ns, 30 * kMs);
}

}  // namespace
}  // namespace procledger::proc
