// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "sources/bpf/decoder.hpp"
#include "support/null_sink.hpp"
#include "unit/bpf/records.hpp"

namespace procledger::bpf {
namespace {

/// Keeps copies of the events.
class Recorder final : public test::NullSink {
 public:
  void on_fork(const event::Forked& fork) override { forks.push_back(fork); }
  void on_exec(const event::Execed& exec) override {
    execs.push_back(exec);
    filename = exec.filename;
    args = exec.args;
    path = exec.path;
    env = exec.env;
  }
  void on_rename(const event::Changed& change) override { renames.push_back(change); }
  void on_move(const event::Changed& change) override { moves.push_back(change); }
  void on_exit(const event::TaskExit& final) override { exits.push_back(final); }
  void on_release(const event::TaskRelease& end) override { releases.push_back(end); }
  void on_cgroup_named(const event::CgroupNamed& cgroup) override {
    cgroups.push_back(std::to_string(cgroup.id) + " " + std::string{cgroup.path} + (cgroup.path_cut ? " cut" : ""));
  }
  void on_cgroup_removed(std::uint64_t id) override { cgroups.push_back(std::to_string(id) + " removed"); }

  std::vector<event::Forked> forks;
  std::vector<event::Execed> execs;
  std::vector<event::Changed> renames;
  std::vector<event::Changed> moves;
  std::vector<event::TaskExit> exits;
  std::vector<event::TaskRelease> releases;
  std::string filename;
  std::optional<std::string> args;
  std::optional<std::string> path;
  std::optional<std::string> env;
  std::vector<std::string> cgroups;
};

TEST(WireDeliver, ForkNamesItsCreator) {
  pl_fork fork{};
  fork.event.kind = PL_FORK;
  fork.task = some_task();
  fork.creator_signal = 5;
  fork.creator_tgid = 6;
  Recorder sink;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(fork), sink));
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
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(exec, "true\0-x\0room"sv), sink));
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
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(exec), sink));
  EXPECT_FALSE(sink.args);
}

TEST(WireDeliver, ExecWhoseArgumentsEndBeforeTheyShouldIsRefused) {
  pl_exec exec{};
  exec.event.kind = PL_EXEC;
  exec.args_len = 100;
  Recorder sink;
  EXPECT_FALSE(Decoder{}.deliver(bytes_of(exec, "short"), sink));
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
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(dead), sink));
  ASSERT_EQ(sink.exits.size(), 1u);
  EXPECT_EQ(sink.exits[0].exit_boottime_ns, 800u);
  EXPECT_EQ(sink.exits[0].peak, 2u * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_TRUE(sink.exits[0].autoreaped);
  EXPECT_TRUE(sink.releases.empty());

  const pl_free free{.event = {.kind = PL_FREE, .size = sizeof(pl_free), .time_ns = 900},
                     .task = 1,
                     .start_boottime_ns = 2,
                     .signal = 3,
                     .parent_signal = 4,
                     .tid = 5,
                     .tgid = 6,
                     .parent_tgid = 7,
                     .exit_code = 8,
                     .flags = PL_LEADER | PL_GROUP_EXIT,
                     .valid = PL_HAS_PARENT};
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(free), sink));
  ASSERT_EQ(sink.releases.size(), 1u);
  const event::TaskRelease& release = sink.releases[0];
  EXPECT_EQ(release.task, (event::TaskId{.handle = 1, .start_boottime_ns = 2}));
  EXPECT_EQ(release.process, (event::ProcessId{.handle = 3, .tgid = 6}));
  EXPECT_EQ(release.parent, (event::ProcessId{.handle = 4, .tgid = 7}));
  EXPECT_EQ(release.tid, 5u);
  EXPECT_EQ(release.exit_status, 8u);
  EXPECT_TRUE(release.leader);
  EXPECT_TRUE(release.group_exit);
  EXPECT_FALSE(release.autoreaped);
  EXPECT_EQ(release.time_ns, 900u);
}

template <std::size_t Size>
std::string_view with_nuls(const char (&text)[Size]) {
  return {text, Size - 1};
}

std::vector<std::byte> path_of(std::uint64_t task, std::string_view names, bool cut = false) {
  pl_path path{};
  path.event.kind = PL_PATH;
  path.task = task;
  path.len = static_cast<std::uint32_t>(names.size());
  path.cut = cut ? 1 : 0;
  std::memcpy(path.names, names.data(), names.size());
  return bytes_of(path);
}

std::vector<std::byte> env_of(std::uint64_t task, std::string_view text) {
  pl_env env{};
  env.event.kind = PL_ENV;
  env.task = task;
  env.len = static_cast<std::uint32_t>(text.size());
  return bytes_of(env, text);
}

std::vector<std::byte> exec_of(std::uint64_t task) {
  pl_exec exec{};
  exec.event.kind = PL_EXEC;
  exec.task.task = task;
  return bytes_of(exec);
}

TEST(WireDeliver, PathAndEnvironmentComeWithTheExecOfTheirTask) {
  Decoder decoder;
  Recorder sink;
  ASSERT_TRUE(decoder.deliver(path_of(1, with_nuls("sh\0bin\0usr\0")), sink));
  ASSERT_TRUE(decoder.deliver(env_of(1, with_nuls("A=1\0B=\0")), sink));
  ASSERT_TRUE(decoder.deliver(exec_of(2), sink));
  EXPECT_FALSE(sink.path || sink.env) << "of another task";
  ASSERT_TRUE(decoder.deliver(exec_of(1), sink));
  EXPECT_EQ(sink.path, "/usr/bin/sh");
  EXPECT_EQ(sink.env, with_nuls("A=1\0B=\0"));
  EXPECT_FALSE(sink.execs.back().path_cut || sink.execs.back().env_cut);
  ASSERT_TRUE(decoder.deliver(exec_of(1), sink));
  EXPECT_FALSE(sink.path || sink.env) << "reported once";
}

TEST(WireDeliver, PathThatWasCutSaysSo) {
  Decoder decoder;
  Recorder sink;
  ASSERT_TRUE(decoder.deliver(path_of(1, with_nuls("sh\0deep\0"), true), sink));
  ASSERT_TRUE(decoder.deliver(exec_of(1), sink));
  EXPECT_TRUE(sink.execs.back().path_cut);
}

TEST(WireDeliver, RootIsNoPath) {
  Decoder decoder;
  Recorder sink;
  ASSERT_TRUE(decoder.deliver(path_of(1, ""), sink));
  ASSERT_TRUE(decoder.deliver(exec_of(1), sink));
  EXPECT_EQ(sink.path, "");
}

// The exec records of waiting data may be lost repeatedly.
TEST(WireDeliver, WhatWaitsForAnExecIsBounded) {
  Decoder decoder;
  Recorder sink;
  ASSERT_TRUE(decoder.deliver(path_of(0, with_nuls("old\0")), sink));
  for (std::uint64_t task = 1; task <= 1024; ++task) ASSERT_TRUE(decoder.deliver(path_of(task, with_nuls("new\0")), sink));
  ASSERT_TRUE(decoder.deliver(exec_of(0), sink));
  EXPECT_FALSE(sink.path);
  ASSERT_TRUE(decoder.deliver(exec_of(1024), sink));
  EXPECT_EQ(sink.path, "/new");
}

TEST(WireDeliver, LengthsBeyondTheRoomAreRefused) {
  pl_path path{};
  path.event.kind = PL_PATH;
  path.len = sizeof(path.names) + 1;
  pl_env env{};
  env.event.kind = PL_ENV;
  env.len = 1;
  Recorder sink;
  EXPECT_FALSE(Decoder{}.deliver(bytes_of(path), sink));
  EXPECT_FALSE(Decoder{}.deliver(bytes_of(env), sink));
}

TEST(WireDeliver, CgroupsAreNamedAndRemoved) {
  pl_cgroup cgroup{};
  cgroup.event.kind = PL_CGROUP_NAMED;
  cgroup.cgroup_id = 7;
  cgroup.path_len = 4;
  std::strcpy(cgroup.path, "/a/b");
  Recorder sink;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(cgroup), sink));
  std::memset(cgroup.path, 'x', sizeof(cgroup.path));
  cgroup.path_len = sizeof(cgroup.path) - 1;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(cgroup), sink));
  cgroup.event.kind = PL_CGROUP_REMOVED;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(cgroup), sink));
  EXPECT_THAT(sink.cgroups, testing::ElementsAre("7 /a/b", "7 " + std::string(1023, 'x') + " cut", "7 removed"));
}

TEST(WireDeliver, RenameAndMoveAreDistinguished) {
  pl_change change{};
  change.task = some_task();
  Recorder sink;
  change.event.kind = PL_RENAME;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(change), sink));
  change.event.kind = PL_CGROUP;
  ASSERT_TRUE(Decoder{}.deliver(bytes_of(change), sink));
  EXPECT_EQ(sink.renames.size(), 1u);
  EXPECT_EQ(sink.moves.size(), 1u);
}

TEST(WireDeliver, ShortOrUnknownRecordsAreMalformed) {
  for (const std::uint32_t kind : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u, 77u}) {
    pl_event header{};
    header.kind = kind;
    Recorder sink;
    const auto delivered = Decoder{}.deliver(bytes_of(header), sink);
    ASSERT_FALSE(delivered) << kind;
    EXPECT_EQ(delivered.error().kind, ErrorKind::kMalformed);
  }
  Recorder sink;
  EXPECT_FALSE(Decoder{}.deliver({}, sink));
}

}  // namespace
}  // namespace procledger::bpf
