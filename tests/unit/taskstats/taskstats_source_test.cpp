// SPDX-License-Identifier: Apache-2.0
// The whole source, with test messages and a test /proc.
#include "sources/taskstats/taskstats_source.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "unit/proc/fake_processes.hpp"

namespace procledger::taskstats {
namespace {

using proc::FakeClock;
using proc::FakeProcess;
using proc::FakeProcesses;
using proc::kMs;
using proc::kTickNs;

/// The messages of the kernel. The test keeps a reference.
struct Script {
  std::vector<Batch> batches;  ///< one per read, then none
  FeedLosses losses;
  bool fails{};
};

class ScriptedFeed final : public NetlinkFeed {
 public:
  explicit ScriptedFeed(std::shared_ptr<Script> script) : script_{std::move(script)} {}
  [[nodiscard]] int wakeup_fd() const override { return 77; }
  [[nodiscard]] Result<void> read(Batch& batch) override {
    if (!script_->batches.empty()) {
      batch = script_->batches.front();
      script_->batches.erase(script_->batches.begin());
    }
    if (script_->fails) return fail(ErrorKind::kMalformed, "cut short");
    return {};
  }
  [[nodiscard]] FeedLosses losses() const override { return script_->losses; }

 private:
  std::shared_ptr<Script> script_;
};

/// The clock of the test, by reference.
class SharedClock final : public proc::CpuClock {
 public:
  explicit SharedClock(FakeClock& clock) : clock_{clock} {}
  std::optional<std::uint64_t> process_ns(std::uint32_t tgid) override { return clock_.process_ns(tgid); }

 private:
  FakeClock& clock_;
};

class TaskstatsSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    processes_.put(FakeProcesses::single(1, 1, 1000, 0));
    processes_.tree.file("self/stat", "1 (x) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0\n");
    processes_.tree.file("self/schedstat", "1 1 1\n");
    processes_.tree.file("stat", "cpu  1 1 1 100 0 0 0 0 0 0\n");
    auto source =
        assemble_source(processes_.tree.root(), std::make_unique<ScriptedFeed>(script_), std::make_unique<SharedClock>(processes_.clock));
    ASSERT_TRUE(source) << source.error().message;
    source_ = std::move(*source);
    static_cast<void>(collect());
  }
  proc::ScanEvents collect() {
    proc::ScanEvents events;
    const auto collected = source_->collect(events);
    EXPECT_TRUE(collected) << collected.error().message;
    return events;
  }
  /// The events of a process that starts now, by the clocks of this machine.
  Batch life(std::uint32_t tgid, bool with_record = true) const {
    Batch batch;
    LifeEvent fork;
    fork.kind = LifeEvent::Kind::kFork;
    fork.tid = fork.tgid = tgid;
    fork.parent_tgid = 1;
    fork.monotonic_ns = now_ns(CLOCK_MONOTONIC);
    batch.events.push_back(fork);
    LifeEvent exit = fork;
    exit.kind = LifeEvent::Kind::kExit;
    exit.exit_status = 0x100;
    batch.events.push_back(exit);
    if (!with_record) return batch;
    ExitRecord record;
    record.tid = tgid;
    record.tgid = tgid;
    record.ends_process = true;
    record.total.cpu_ns = 5 * kMs;
    batch.records.push_back(record);
    return batch;
  }
  static std::uint64_t now_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
  }

  FakeProcesses processes_;
  std::shared_ptr<Script> script_{std::make_shared<Script>()};
  std::unique_ptr<event::Source> source_;
};

TEST_F(TaskstatsSourceTest, SaysWhatItIs) {
  EXPECT_EQ(source_->name(), "taskstats");
  EXPECT_EQ(source_->wakeup_fd(), 77);
  EXPECT_TRUE(source_->kernel().lives);
  EXPECT_TRUE(source_->kernel().estimates);
}

TEST_F(TaskstatsSourceTest, LifeBetweenTwoCollectionsEndsInTheNext) {
  script_->batches.push_back(life(42));
  proc::ScanEvents drained;
  ASSERT_TRUE(source_->drain(drained));
  ASSERT_EQ(drained.exits.size(), 1U);
  EXPECT_TRUE(drained.releases.empty()) << "only a scan shows whether the process was reaped";
  const proc::ScanEvents events = collect();
  EXPECT_TRUE(events.exits.empty());
  EXPECT_EQ(events.releases.size(), 1U);
}

TEST_F(TaskstatsSourceTest, WhatAChildUsedBeyondItsRecordIsItsOwn) {
  script_->batches.push_back(life(42));
  FakeProcess init = FakeProcesses::single(1, 1, 1001, 0);
  init.children_ticks = 3;
  processes_.put(init);
  const proc::ScanEvents events = collect();
  ASSERT_EQ(events.estimated.size(), 1U);
  EXPECT_EQ(events.estimated[0].process, (event::ProcessId{42, 42}));
  EXPECT_EQ(events.estimated[0].reaper, (event::ProcessId{1, 1}));
  EXPECT_EQ(events.estimated[0].user_ns + events.estimated[0].system_ns, 25 * kMs) << "30 ms reaped, 5 ms reported";
  EXPECT_TRUE(collect().estimated.empty()) << "once";
}

TEST_F(TaskstatsSourceTest, ZombieIsListedUntilItIsReaped) {
  FakeProcess zombie = FakeProcesses::single(42, now_ns(CLOCK_BOOTTIME) / kTickNs, 6);
  zombie.threads[0].state = 'Z';
  processes_.put(zombie);
  script_->batches.push_back(life(42));
  const proc::ScanEvents events = collect();
  EXPECT_EQ(events.exits.size(), 1U);
  EXPECT_EQ(events.zombies.size(), 1U);
  EXPECT_TRUE(events.releases.empty());
  ASSERT_NE(events.sample(proc::kRest | 42), nullptr);
  EXPECT_EQ(events.sample(proc::kRest | 42)->total.cpu_ns, 1 * kMs) << "the time after its record";
  processes_.remove(42);
  EXPECT_FALSE(collect().releases.empty());
}

TEST_F(TaskstatsSourceTest, ScanEndsAProcessWhoseExitWasNotReported) {
  processes_.put(FakeProcesses::single(50, now_ns(CLOCK_BOOTTIME) / kTickNs, 9));
  static_cast<void>(collect());
  processes_.remove(50);
  const proc::ScanEvents events = collect();
  ASSERT_EQ(events.exits.size(), 1U);
  EXPECT_FALSE(events.exits[0].status_known);
  EXPECT_EQ(events.releases.size(), 1U);
}

TEST_F(TaskstatsSourceTest, ExitDuringTheScanIsReportedByItsRecord) {
  processes_.put(FakeProcesses::single(50, now_ns(CLOCK_BOOTTIME) / kTickNs, 9));
  static_cast<void>(collect());
  processes_.remove(50);
  Batch end = life(50);
  end.events.erase(end.events.begin());
  end.records[0].total.cpu_ns = 12 * kMs;
  script_->batches = {Batch{}, end};
  const proc::ScanEvents events = collect();
  ASSERT_EQ(events.exits.size(), 1U);
  EXPECT_TRUE(events.exits[0].status_known);
  EXPECT_EQ(events.exits[0].task.total.cpu_ns, 12 * kMs);
}

TEST_F(TaskstatsSourceTest, LossesHaveNames) {
  script_->losses = {.record_overruns = 1, .event_overruns = 2, .event_gaps = 3};
  const auto report = source_->report();
  ASSERT_TRUE(report) << report.error().message;
  std::map<std::string, std::uint64_t> losses;
  for (const auto& loss : report->losses) losses[loss.cause] = loss.records;
  EXPECT_EQ(losses["taskstats_overrun"], 1U);
  EXPECT_EQ(losses["connector_overrun"], 2U);
  EXPECT_EQ(losses["connector_gap"], 3U);
}

TEST_F(TaskstatsSourceTest, FailedReadingIsSaidAndWhatWasReadCounts) {
  script_->batches.push_back(life(42));
  script_->fails = true;
  proc::ScanEvents events;
  EXPECT_FALSE(source_->collect(events));
  EXPECT_EQ(events.exits.size(), 1U);
  EXPECT_FALSE(events.samples.empty()) << "the scan continues";
}

}  // namespace
}  // namespace procledger::taskstats
