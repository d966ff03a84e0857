// SPDX-License-Identifier: Apache-2.0
// Test messages, over a tree in the form of /proc.
#include "sources/taskstats/lifecycle.hpp"

#include <gtest/gtest.h>

#include "host/procfs/process_dir.hpp"
#include "unit/proc/fake_processes.hpp"

namespace procledger::taskstats {
namespace {

using proc::FakeProcess;
using proc::FakeProcesses;
using proc::kMs;
using proc::kTickNs;
using Kind = LifeEvent::Kind;

constexpr std::uint64_t kYoung = 2000;  ///< ticks
/// The test machine was suspended for 5 s.
constexpr std::uint64_t kAsleepNs = 5'000 * kMs;

struct Heard final : test::NullSink {
  void on_fork(const event::Forked& fork) override { forks.push_back(fork); }
  void on_exec(const event::Execed& exec) override {
    execs.push_back(exec.task);
    files.emplace_back(exec.filename);
    args_cut.push_back(exec.args_cut);
    args.push_back(exec.args ? std::optional<std::string>{*exec.args} : std::nullopt);
  }
  void on_rename(const event::Changed& change) override { renames.push_back(change.task); }
  void on_exit(const event::TaskExit& final) override { exits.push_back(final); }

  std::vector<event::Forked> forks;
  std::vector<event::Observation> execs;
  std::vector<std::string> files;
  std::vector<std::optional<std::string>> args;
  std::vector<bool> args_cut;
  std::vector<event::Observation> renames;
  std::vector<event::TaskExit> exits;
};

class LivesTest : public testing::Test {
 protected:
  LivesTest()
      : scanner_{{.procfs = processes_.tree.root(), .attached_ns = 0, .ends_are_reported = true},
                 proc::ProcessFiles{processes_.tree.root(), {.schedstat = true, .io = true}, proc::CgroupIds{"", ""}},
                 processes_.clock},
        lives_{processes_.tree.root(), scanner_} {
    processes_.put(FakeProcesses::single(1, 1, 1000, 0));
    scan();
  }

  void scan() {
    proc::ScanEvents events;
    ASSERT_TRUE(scanner_.scan(now_ns_ += 1000 * kMs));
    scanner_.emit(events);
  }
  Heard hear(const Batch& batch) {
    Heard heard;
    lives_.take(batch, {.boottime_ns = now_ns_, .monotonic_ns = now_ns_ - kAsleepNs}, heard);
    return heard;
  }
  Heard hear_waiting() {
    Heard heard;
    lives_.take_waiting({.boottime_ns = now_ns_, .monotonic_ns = now_ns_ - kAsleepNs}, heard);
    return heard;
  }

  static LifeEvent event(Kind kind, std::uint32_t tid, std::uint32_t tgid, std::uint64_t boottime_ns) {
    LifeEvent event;
    event.kind = kind;
    event.tid = tid;
    event.tgid = tgid;
    event.monotonic_ns = boottime_ns - kAsleepNs;
    return event;
  }
  static LifeEvent fork(std::uint32_t tgid, std::uint64_t boottime_ns = kYoung * kTickNs + kMs, std::uint32_t parent = 1) {
    LifeEvent fork = event(Kind::kFork, tgid, tgid, boottime_ns);
    fork.parent_tgid = parent;
    return fork;
  }
  static LifeEvent exit(std::uint32_t tid, std::uint32_t tgid, std::uint32_t status = 0, std::uint64_t boottime_ns = 90'000 * kMs) {
    LifeEvent exit = event(Kind::kExit, tid, tgid, boottime_ns);
    exit.exit_status = status;
    return exit;
  }
  static ExitRecord record(std::uint32_t tid, std::uint32_t tgid, std::optional<bool> ends, std::uint64_t cpu_ms = 7) {
    ExitRecord record;
    record.tid = tid;
    if (ends) record.tgid = tgid;
    record.ends_process = ends;
    record.total.cpu_ns = cpu_ms * kMs;
    record.elapsed_ns = 100 * kMs;
    record.exit_status = tid == tgid ? 0x300 : 0;
    record.peak_bytes = 4096;
    record.comm = event::Comm{"short"};
    record.uid = 5;
    return record;
  }

  FakeProcesses processes_;
  std::uint64_t now_ns_{100'000 * kMs};
  proc::ProcScanner scanner_;
  LifecycleTranslator lives_;
};

TEST_F(LivesTest, ShortProcessIsReportedCompletely) {
  const Heard heard = hear({.events = {fork(42), exit(42, 42, 0x300)}, .records = {record(42, 42, true)}});
  ASSERT_EQ(heard.forks.size(), 1U);
  EXPECT_EQ(heard.forks[0].child.task, (event::TaskId{42, kYoung * kTickNs})) << "as in /proc, in whole ticks of boottime";
  EXPECT_EQ(heard.forks[0].creator, (event::ProcessId{1, 1}));
  EXPECT_EQ(heard.forks[0].child.uid, 7U) << "of the parent";
  ASSERT_EQ(heard.exits.size(), 1U);
  const event::TaskExit& end = heard.exits[0];
  EXPECT_EQ(end.task.task, heard.forks[0].child.task);
  EXPECT_EQ(end.task.total.cpu_ns, 7 * kMs);
  EXPECT_EQ(end.task.exit_status, 0x300U);
  EXPECT_EQ(end.task.live_threads, 0U);
  EXPECT_EQ(end.task.uid, 7U);
  EXPECT_TRUE(end.status_known);
  EXPECT_EQ(end.exit_boottime_ns, 90'000 * kMs);
  EXPECT_EQ(end.peak, 4096U);
}

TEST_F(LivesTest, BirthIsTheOneInProcWhereItCanBeRead) {
  processes_.put(FakeProcesses::single(42, kYoung - 1, 0));
  EXPECT_EQ(hear({.events = {fork(42)}, .records = {}}).forks[0].child.task.start_boottime_ns, (kYoung - 1) * kTickNs);
}

TEST_F(LivesTest, BirthIsNotThatOfALaterOwnerOfTheNumber) {
  processes_.put(FakeProcesses::single(42, kYoung + 100, 0));
  EXPECT_EQ(hear({.events = {fork(42)}, .records = {}}).forks[0].child.task.start_boottime_ns, kYoung * kTickNs);
}

TEST_F(LivesTest, StartTimeIsThatOfTheScan) {
  processes_.put(FakeProcesses::single(42, kYoung - 1, 5));
  scan();
  processes_.tree.remove("42");
  const Heard heard = hear({.events = {fork(42), exit(42, 42)}, .records = {record(42, 42, true, 3)}});
  EXPECT_EQ(heard.exits[0].task.task.start_boottime_ns, (kYoung - 1) * kTickNs);
  EXPECT_EQ(heard.exits[0].task.total.cpu_ns, 5 * kMs) << "a record may be older than the last scan";
}

TEST_F(LivesTest, ExecReportsTheProgramThatRuns) {
  processes_.put(FakeProcesses::single(42, kYoung, 0));
  processes_.tree.file("42/cmdline", std::string_view{"prog\0-v\0", 8});
  processes_.tree.file("42/comm", "prog\n");
  processes_.tree.link("42/exe", "/bin/prog");
  const Heard heard = hear({.events = {fork(42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs)}, .records = {}});
  ASSERT_EQ(heard.execs.size(), 1U);
  EXPECT_EQ(heard.files[0], "/bin/prog");
  EXPECT_EQ(heard.args[0], (std::string{"prog\0-v", 7}));
  EXPECT_EQ(heard.execs[0].comm.view(), "prog");
}

TEST_F(LivesTest, ExecReportsTheBeginningOfLongArgumentsAsCut) {
  processes_.put(FakeProcesses::single(42, kYoung, 0));
  processes_.tree.file("42/comm", "prog\n");
  const LifeEvent exec = event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs);
  processes_.tree.file("42/cmdline", std::string(procfs::kMaxArgsBytes, 'a'));
  const Heard whole = hear({.events = {fork(42), exec}, .records = {}});
  ASSERT_EQ(whole.args.size(), 1U);
  EXPECT_EQ(whole.args[0], std::string(procfs::kMaxArgsBytes, 'a'));
  EXPECT_FALSE(whole.args_cut[0]);
  processes_.tree.file("42/cmdline", std::string(procfs::kMaxArgsBytes + 1, 'a'));
  const Heard cut = hear({.events = {exec}, .records = {}});
  ASSERT_EQ(cut.args.size(), 1U);
  EXPECT_EQ(cut.args[0], std::string(procfs::kMaxArgsBytes, 'a'));
  EXPECT_TRUE(cut.args_cut[0]);
}

TEST_F(LivesTest, ExecThatCannotBeReadAnyMoreHasTheNameOfTheRecord) {
  const Heard heard =
      hear({.events = {fork(42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs), exit(42, 42)}, .records = {record(42, 42, true)}});
  ASSERT_EQ(heard.execs.size(), 1U);
  EXPECT_EQ(heard.files[0], "");
  EXPECT_FALSE(heard.args[0]);
  EXPECT_EQ(heard.execs[0].comm.view(), "short");
}

TEST_F(LivesTest, ExecOfOneThatIsGoneWaitsForTheNameInItsRecord) {
  EXPECT_TRUE(hear({.events = {fork(42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs)}, .records = {}}).execs.empty())
      << "the record came after the read of records";
  const Heard heard = hear({.events = {exit(42, 42)}, .records = {record(42, 42, true)}});
  ASSERT_EQ(heard.execs.size(), 1U);
  EXPECT_EQ(heard.execs[0].comm.view(), "short");
  ASSERT_EQ(heard.exits.size(), 1U);
  EXPECT_EQ(heard.exits[0].task.comm.view(), "short");
}

TEST_F(LivesTest, ExecWhoseRecordIsLostIsReportedWithTheExit) {
  hear({.events = {fork(42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs)}, .records = {}});
  const Heard heard = hear({.events = {exit(42, 42)}, .records = {}});
  EXPECT_EQ(heard.execs.size(), 1U);
  EXPECT_EQ(heard.exits.size(), 1U);
}

TEST_F(LivesTest, RecordThatComesBeforeItsExecHasItsOwnName) {
  hear({.events = {fork(42)}, .records = {record(42, 42, true)}});
  const Heard heard = hear_waiting();
  ASSERT_EQ(heard.renames.size(), 1U);
  EXPECT_EQ(heard.renames[0].comm.view(), "short");
  ASSERT_EQ(heard.exits.size(), 1U);
  EXPECT_EQ(heard.exits[0].task.comm.view(), "short");
  const Heard late = hear({.events = {event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs), exit(42, 42)}, .records = {}});
  EXPECT_TRUE(late.execs.empty() && late.exits.empty());
}

TEST_F(LivesTest, UserAndNameAreTheLeaders) {
  LifeEvent user = event(Kind::kUser, 42, 42, kYoung * kTickNs + 2 * kMs);
  user.uid = 99;
  LifeEvent name = event(Kind::kName, 43, 42, kYoung * kTickNs + 3 * kMs);
  name.comm = event::Comm{"worker"};
  const Heard heard = hear({.events = {fork(42), user, user, name}, .records = {}});
  ASSERT_EQ(heard.renames.size(), 1U) << "no report without a change, and none for the name of a thread";
  EXPECT_EQ(heard.renames[0].uid, 99U);
}

TEST_F(LivesTest, ProcessEndsWithItsLastThread) {
  LifeEvent thread = event(Kind::kFork, 43, 42, kYoung * kTickNs + 50 * kMs);
  const Heard first = hear({.events = {fork(42), thread, exit(42, 42)}, .records = {record(42, 42, false, 1)}});
  EXPECT_TRUE(first.forks.size() == 1 && first.exits.empty()) << "a leader that exits first does not end the process";
  const Heard second = hear({.events = {exit(43, 42, 9)}, .records = {record(43, 42, true, 2)}});
  ASSERT_EQ(second.exits.size(), 2U);
  EXPECT_EQ(second.exits[0].task.task, (event::TaskId{43, (kYoung + 5) * kTickNs}));
  EXPECT_FALSE(second.exits[0].task.leader);
  EXPECT_EQ(second.exits[1].task.tid, 42U);
  EXPECT_EQ(second.exits[1].task.total.cpu_ns, 1 * kMs);
  EXPECT_EQ(second.exits[1].task.exit_status, 9U) << "the thread and all others were killed";
  EXPECT_TRUE(second.exits[1].task.group_exit);
}

TEST_F(LivesTest, OldKernelsLeaderEndsItsProcessUnlessThreadsAreKnown) {
  LifeEvent thread = event(Kind::kFork, 43, 42, kYoung * kTickNs + 50 * kMs);
  EXPECT_TRUE(hear({.events = {fork(42), thread, exit(42, 42)}, .records = {record(42, 42, {})}}).exits.empty());
  EXPECT_EQ(hear({.events = {fork(50), exit(50, 50)}, .records = {record(50, 50, {})}}).exits.size(), 1U);
}

TEST_F(LivesTest, ThreadThatTakesItsLeadersPlaceByExecEndsNothing) {
  LifeEvent thread = event(Kind::kFork, 43, 42, kYoung * kTickNs + 50 * kMs);
  const Heard heard = hear({.events = {fork(42), thread, exit(42, 42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 80 * kMs)},
                            .records = {record(42, 42, false, 1)}});
  EXPECT_TRUE(heard.exits.empty());
  const Heard end = hear({.events = {exit(42, 42, 0x300)}, .records = {record(42, 42, true, 20)}});
  ASSERT_EQ(end.exits.size(), 1U);
  EXPECT_EQ(end.exits[0].task.total.cpu_ns, 20 * kMs);
}

TEST_F(LivesTest, RecordWaitsForItsExitAndIsReportedOnceIfThatIsLate) {
  EXPECT_TRUE(hear({.events = {fork(42)}, .records = {record(42, 42, true)}}).exits.empty());
  EXPECT_EQ(hear_waiting().exits.size(), 1U);
  EXPECT_TRUE(hear_waiting().exits.empty());
  EXPECT_TRUE(hear({.events = {exit(42, 42)}, .records = {}}).exits.empty()) << "the exit was already reported";
}

// Regression: the record of the last owner took the place of the first record, and the last owner had no record.
TEST_F(LivesTest, EachOwnerOfANumberHasItsOwnRecord) {
  const std::uint64_t reused_ns = kYoung * kTickNs + 500 * kMs;
  ExitRecord second = record(42, 42, true, 9);
  second.comm = event::Comm{"second"};
  const Heard heard = hear({.events = {fork(42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 2 * kMs), exit(42, 42, 0, reused_ns - kMs),
                                       fork(42, reused_ns), event(Kind::kExec, 42, 42, reused_ns + 2 * kMs), exit(42, 42)},
                            .records = {record(42, 42, true, 7), second}});
  ASSERT_EQ(heard.execs.size(), 2U);
  EXPECT_EQ(heard.execs[0].comm.view(), "short");
  EXPECT_EQ(heard.execs[1].comm.view(), "second");
  ASSERT_EQ(heard.exits.size(), 2U);
  EXPECT_EQ(heard.exits[0].task.total.cpu_ns, 7 * kMs);
  EXPECT_EQ(heard.exits[1].task.total.cpu_ns, 9 * kMs);
  EXPECT_TRUE(hear_waiting().exits.empty());
}

TEST_F(LivesTest, LeaderThatExitsBeforeAThreadTakesItsPlaceHasItsOwnRecord) {
  LifeEvent thread = event(Kind::kFork, 43, 42, kYoung * kTickNs + 50 * kMs);
  const Heard heard =
      hear({.events = {fork(42), thread, exit(42, 42), event(Kind::kExec, 42, 42, kYoung * kTickNs + 80 * kMs), exit(42, 42, 0x300)},
            .records = {record(42, 42, false, 1), record(42, 42, true, 20)}});
  ASSERT_EQ(heard.exits.size(), 1U);
  EXPECT_EQ(heard.exits[0].task.total.cpu_ns, 20 * kMs);
  EXPECT_TRUE(hear_waiting().exits.empty());
}

TEST_F(LivesTest, ExitWithoutARecordCountsWithWhatWasKnown) {
  processes_.put(FakeProcesses::single(42, kYoung, 70));
  scan();
  const Heard heard = hear({.events = {exit(42, 42, 0x100)}, .records = {}});
  ASSERT_EQ(heard.exits.size(), 1U);
  EXPECT_EQ(heard.exits[0].task.exit_status, 0x100U);
  EXPECT_EQ(heard.exits[0].task.total.cpu_ns, 70 * kMs);
}

TEST_F(LivesTest, ExitOfAnUnknownProcessIsReportedByItsRecord) {
  const Heard heard = hear({.events = {exit(42, 42, 0x300)}, .records = {record(42, 42, true)}});
  ASSERT_EQ(heard.exits.size(), 1U);
  EXPECT_EQ(heard.exits[0].task.task.start_boottime_ns, 89'900 * kMs) << "100 ms before its exit";
  EXPECT_EQ(heard.exits[0].task.uid, 5U);
  EXPECT_EQ(heard.exits[0].task.comm.view(), "short");
  EXPECT_TRUE(hear({.events = {exit(43, 43)}, .records = {}}).exits.empty()) << "an unknown process";
}

TEST_F(LivesTest, ChildOfOneThatIgnoresThemIsAutoreaped) {
  FakeProcess parent = FakeProcesses::single(40, kYoung - 5, 1);
  parent.sigign = "0000000000010000";
  processes_.put(parent);
  scan();
  const Heard heard = hear({.events = {fork(42, kYoung * kTickNs, 40), exit(42, 42)}, .records = {record(42, 42, true)}});
  EXPECT_TRUE(heard.exits[0].autoreaped);
}

}  // namespace
}  // namespace procledger::taskstats
