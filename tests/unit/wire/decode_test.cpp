// SPDX-License-Identifier: Apache-2.0
#include "wire/decode.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "support/null_sink.hpp"

namespace procledger::wire {
namespace {

using event::State;

/// Keeps copies of what was handed over.
class Recorder final : public test::NullSink {
 public:
  void on_fork(const event::Forked& fork) override { forks.push_back(fork); }
  void on_exec(const event::Execed& exec) override {
    execs.push_back(exec);
    filename = exec.filename;
    if (exec.args) args = std::string{*exec.args};
  }
  void on_rename(const event::Changed& change) override { renames.push_back(change); }
  void on_move(const event::Changed& change) override { moves.push_back(change); }
  void on_died(const event::Final& final) override { died.push_back(final); }
  void on_freed(const event::Freed& end) override { freed.push_back(end); }

  std::vector<event::Forked> forks;
  std::vector<event::Execed> execs;
  std::vector<event::Changed> renames;
  std::vector<event::Changed> moves;
  std::vector<event::Final> died;
  std::vector<event::Freed> freed;
  std::string filename;
  std::optional<std::string> args;
};

pl_task some_task() {
  pl_task task{};
  task.task = 0xffff888000001000;
  task.signal = 0xffff888000002000;
  task.birth_ns = 77;
  task.usage.cpu_ns = 1000;
  task.pending_ns = 5;
  task.usage.utime_ns = 600;
  task.usage.stime_ns = 400;
  task.parent_signal = 0xffff888000003000;
  task.parent_tgid = 1;
  task.cgroup_id = 99;
  task.tid = 43;
  task.tgid = 42;
  task.uid = 1000;
  task.exit_code = 0x100;
  task.live = 3;
  std::strcpy(task.comm, "worker");
  return task;
}

template <typename Record>
std::vector<std::byte> bytes_of(const Record& record, std::string_view tail = {}) {
  std::vector<std::byte> bytes(sizeof(record) + tail.size());
  std::memcpy(bytes.data(), &record, sizeof(record));
  if (!tail.empty()) std::memcpy(bytes.data() + sizeof(record), tail.data(), tail.size());
  return bytes;
}

TEST(WireTask, EveryFigureArrivesUnderItsName) {
  pl_task task = some_task();
  task.flags = PL_LEADER | PL_KTHREAD | PL_GROUP_EXIT | PL_DIED;
  task.valid = PL_HAS_CGROUP | PL_HAS_PARENT;
  const event::Observation seen = decode(task);
  EXPECT_EQ(seen.task, (event::TaskId{0xffff888000001000, 77}));
  EXPECT_EQ(seen.process, (event::ProcessId{0xffff888000002000, 42}));
  EXPECT_EQ(seen.parent, (event::ProcessId{0xffff888000003000, 1}));
  EXPECT_EQ(seen.total.cpu_ns, 1000u);
  EXPECT_EQ(seen.pending_ns, 5u);
  EXPECT_EQ(seen.total.user_ticks_ns, 600u);
  EXPECT_EQ(seen.total.system_ticks_ns, 400u);
  EXPECT_EQ(seen.cgroup_id, 99u);
  EXPECT_EQ(seen.tid, 43u);
  EXPECT_EQ(seen.uid, 1000u);
  EXPECT_EQ(seen.exit_status, 0x100u);
  EXPECT_EQ(seen.live_threads, 3u);
  EXPECT_TRUE(seen.leader && seen.kernel_thread && seen.group_exit && seen.died);
  EXPECT_EQ(seen.comm.view(), "worker");
}

TEST(WireTask, WhatTheKernelDidNotSayIsAbsentNotZero) {
  const event::Observation seen = decode(some_task());
  EXPECT_FALSE(seen.cgroup_id);
  EXPECT_FALSE(seen.parent);
}

TEST(WireTask, CommWithoutTerminatorStaysInItsRoom) {
  pl_task task = some_task();
  std::fill(std::begin(task.comm), std::end(task.comm), 'x');
  EXPECT_EQ(decode(task).comm.view(), std::string(15, 'x'));
}

TEST(WireTask, KernelStatesBecomeOurs) {
  const auto state = [](std::uint32_t bits) {
    pl_task task = some_task();
    task.state = bits;
    return decode(task).state;
  };
  EXPECT_EQ(state(0x0), State::kRunning);
  EXPECT_EQ(state(0x1), State::kSleeping);
  EXPECT_EQ(state(0x2), State::kDiskSleep);
  EXPECT_EQ(state(0x402), State::kIdle);
  EXPECT_EQ(state(0x4), State::kStopped);
  EXPECT_EQ(state(0x8), State::kStopped);
  EXPECT_EQ(state(0x40), State::kOther);
  EXPECT_EQ(state(0x20u << 16), State::kZombie);
  EXPECT_EQ(state(0x80 | 0x20u << 16), State::kZombie);
}

TEST(WireDeliver, ForkNamesItsCreator) {
  pl_fork fork{};
  fork.event.kind = PL_FORK;
  fork.task = some_task();
  fork.creator_signal = 5;
  fork.creator_tgid = 6;
  Recorder sink;
  ASSERT_TRUE(deliver(bytes_of(fork), sink));
  ASSERT_EQ(sink.forks.size(), 1u);
  EXPECT_EQ(sink.forks[0].creator, (event::ProcessId{5, 6}));
}

TEST(WireDeliver, ExecCarriesFilenameAndArguments) {
  using namespace std::string_view_literals;
  pl_exec exec{};
  exec.event.kind = PL_EXEC;
  exec.event.time_ns = 123;
  exec.task = some_task();
  exec.task.flags = PL_ARGS_CUT | PL_FILENAME_CUT;
  exec.task.valid = PL_HAS_ARGS;
  exec.old_tid = 7;
  exec.filename_len = 9;
  std::strcpy(exec.filename, "/bin/true");
  exec.args_len = 7;
  Recorder sink;
  ASSERT_TRUE(deliver(bytes_of(exec, "true\0-x\0room"sv), sink));
  ASSERT_EQ(sink.execs.size(), 1u);
  EXPECT_EQ(sink.filename, "/bin/true");
  EXPECT_EQ(sink.args, std::string("true\0-x", 7));
  EXPECT_TRUE(sink.execs[0].from_thread() && sink.execs[0].previous_tid == 7 && sink.execs[0].args_cut && sink.execs[0].filename_cut);
  EXPECT_EQ(sink.execs[0].time_ns, 123u);
}

TEST(WireDeliver, UnreadableArgumentsAreAbsent) {
  pl_exec exec{};
  exec.event.kind = PL_EXEC;
  exec.task = some_task();
  Recorder sink;
  ASSERT_TRUE(deliver(bytes_of(exec), sink));
  EXPECT_FALSE(sink.args);
}

TEST(WireDeliver, ExecWhoseArgumentsEndBeforeTheyShouldIsRefused) {
  pl_exec exec{};
  exec.event.kind = PL_EXEC;
  exec.args_len = 100;
  Recorder sink;
  EXPECT_FALSE(deliver(bytes_of(exec, "short"), sink));
  EXPECT_TRUE(sink.execs.empty());
}

TEST(WireDeliver, DeathAndEndOfATaskComeApart) {
  pl_dead dead{};
  dead.event = {.kind = PL_DEAD, .size = sizeof(pl_dead), .time_ns = 800};
  dead.task = some_task();
  dead.task.flags = PL_LEADER | PL_AUTOREAPED;
  dead.task.valid = PL_HAS_PEAK;
  dead.peak_pages = 2;
  Recorder sink;
  ASSERT_TRUE(deliver(bytes_of(dead), sink));
  ASSERT_EQ(sink.died.size(), 1u);
  EXPECT_EQ(sink.died[0].death_ns, 800u);
  EXPECT_EQ(sink.died[0].peak, 2u * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_TRUE(sink.died[0].autoreaped);
  EXPECT_TRUE(sink.freed.empty());

  const pl_free free{.event = {.kind = PL_FREE, .size = sizeof(pl_free), .time_ns = 900},
                     .task = 1,
                     .birth_ns = 2,
                     .signal = 3,
                     .parent_signal = 4,
                     .tid = 5,
                     .tgid = 6,
                     .parent_tgid = 7,
                     .exit_code = 8,
                     .flags = PL_LEADER | PL_GROUP_EXIT,
                     .valid = PL_HAS_PARENT};
  ASSERT_TRUE(deliver(bytes_of(free), sink));
  ASSERT_EQ(sink.freed.size(), 1u);
  const event::Freed& freed = sink.freed[0];
  EXPECT_EQ(freed.task, (event::TaskId{.handle = 1, .birth_ns = 2}));
  EXPECT_EQ(freed.process, (event::ProcessId{.handle = 3, .tgid = 6}));
  EXPECT_EQ(freed.parent, (event::ProcessId{.handle = 4, .tgid = 7}));
  EXPECT_EQ(freed.tid, 5u);
  EXPECT_EQ(freed.exit_status, 8u);
  EXPECT_TRUE(freed.leader);
  EXPECT_TRUE(freed.group_exit);
  EXPECT_FALSE(freed.autoreaped);
  EXPECT_EQ(freed.time_ns, 900u);
}

TEST(WireDeliver, RenameAndMoveAreToldApart) {
  pl_change change{};
  change.task = some_task();
  Recorder sink;
  change.event.kind = PL_RENAME;
  ASSERT_TRUE(deliver(bytes_of(change), sink));
  change.event.kind = PL_CGROUP;
  ASSERT_TRUE(deliver(bytes_of(change), sink));
  EXPECT_EQ(sink.renames.size(), 1u);
  EXPECT_EQ(sink.moves.size(), 1u);
}

TEST(WireDeliver, ShortOrUnknownRecordsAreMalformed) {
  for (const std::uint32_t kind : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 77u}) {
    pl_event header{};
    header.kind = kind;
    Recorder sink;
    const auto delivered = deliver(bytes_of(header), sink);
    ASSERT_FALSE(delivered) << kind;
    EXPECT_EQ(delivered.error().kind, ErrorKind::kMalformed);
  }
  Recorder sink;
  EXPECT_FALSE(deliver({}, sink));
}

}  // namespace
}  // namespace procledger::wire
