// SPDX-License-Identifier: Apache-2.0
// Reading of processes, and their selection, over a test /proc.
#include "commands/stats/reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "commands/stats/finder.hpp"
#include "support/proc_tree.hpp"

namespace procledger::stats {
namespace {

using test::ProcTree;

class FixedClock final : public proc::CpuClock {
 public:
  [[nodiscard]] std::optional<std::uint64_t> process_ns(std::uint32_t /*tgid*/) override { return 4'000'000'007; }
};

std::string status(std::uint32_t uid, int voluntary) {
  return "Name:\tx\nUid:\t0\t" + std::to_string(uid) + "\t0\t0\nSigIgn:\t0000000000000000\nvoluntary_ctxt_switches:\t" +
         std::to_string(voluntary) + "\nnonvoluntary_ctxt_switches:\t1\n";
}

std::string io(int calls) {
  return "rchar: 1\nwchar: 1\nsyscr: " + std::to_string(calls) + "\nsyscw: 2\nread_bytes: 3\nwrite_bytes: 4\ncancelled_write_bytes: 0\n";
}

/// A process with two threads. Its comm is from ProcTree and has blanks and parentheses.
class StatsReader : public testing::Test {
 protected:
  void SetUp() override {
    process(10, 1000);
    tree_.file("passwd", "root:x:0:0::/:/bin/sh\nmax:x:1000:1000::/:/bin/sh\n");
  }

  void process(std::uint32_t pid, std::uint32_t uid) {
    const std::string at = std::to_string(pid);
    tree_.process(pid, kBirth, 0);
    tree_.file(at + "/stat", ProcTree::stat(pid, kBirth));
    tree_.file(at + "/statm", "50 20 3 4 0 6 0\n");
    tree_.file(at + "/status", status(uid, 5));
    tree_.file(at + "/io", io(100));
    tree_.file(at + "/environ", std::string{"TAG=x\0", 6});
    for (const std::string& tid : {at, at + "1"}) {
      tree_.file(at + "/task/" + tid + "/stat", ProcTree::stat(pid, kBirth));
      tree_.file(at + "/task/" + tid + "/status", status(uid, 5));
      tree_.file(at + "/task/" + tid + "/io", io(30));
    }
    tree_.link(at + "/fd/0", "/dev/null");
    tree_.socket(pid, 3, 77);
    tree_.file(at + "/net/tcp", ProcTree::inet_line(1, 77));
  }

  [[nodiscard]] std::vector<Reading> read(bool sockets) {
    return Reader{tree_.root(), clock_}.read({{.pid = 10, .start_boottime_ns = ProcTree::start_boottime_ns(kBirth)}}, sockets);
  }
  [[nodiscard]] Found find(const Wanted& wanted) {
    const auto found = find_processes(tree_.root(), tree_.root() + "/passwd", *Selection::compile(wanted));
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(Found{});
  }

  static constexpr std::uint64_t kBirth = 700;
  ProcTree tree_;
  FixedClock clock_;
};

TEST_F(StatsReader, ReadsAllOfOneProcess) {
  const auto readings = read(true);
  ASSERT_EQ(readings.size(), 1U);
  const Reading& reading = readings.front();
  EXPECT_EQ(reading.cpu, (Cpu{.user_ns = 4'000'000'007, .system_ns = 0}));
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  EXPECT_EQ(reading.memory.resident, 20 * page);
  EXPECT_EQ(reading.memory.data, 6 * page);
  EXPECT_EQ(reading.fds, 2U);
  EXPECT_EQ(reading.by_thread.size(), 2U);
  EXPECT_EQ(reading.by_thread.at(101).switches, (Switches{.voluntary = 5, .involuntary = 1}));
  EXPECT_EQ(reading.with_children, (Io{.read_calls = 100, .write_calls = 2, .read_bytes = 3, .written_bytes = 4}));
  EXPECT_FALSE(reading.reaped_children);
  ASSERT_TRUE(reading.sockets);
  EXPECT_EQ(reading.sockets->at({procfs::Protocol::kTcp, procfs::SocketState::kEstablished}), 1U);
}

TEST_F(StatsReader, SocketsOnlyWhenAsked) {
  const auto readings = read(false);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_FALSE(readings.front().sockets);
}

TEST_F(StatsReader, WhoHasItsNumberNowIsNotRead) {
  tree_.file("10/stat", ProcTree::stat(10, kBirth + 1));
  EXPECT_TRUE(read(true).empty());
}

TEST_F(StatsReader, FaultsOfChildrenShowThatSomeWereReaped) {
  tree_.file("10/stat", "10 (a) S 1 0 0 0 0 0 5 1 0 0 0 0 0 0 0 0 2 0 " + std::to_string(kBirth) + " 0 0\n");
  const auto readings = read(false);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_TRUE(readings.front().reaped_children);
}

TEST_F(StatsReader, FindsByHostileNameUserAndEnvironment) {
  process(20, 0);
  const std::string comm = "a) b (";
  EXPECT_EQ(find({.names = {comm}, .users = {}, .pids = {}, .env = {}}).processes.size(), 2U);
  EXPECT_EQ(find({.names = {comm}, .users = {"max"}, .pids = {}, .env = {}}).processes.size(), 1U);
  EXPECT_EQ(find({.names = {}, .users = {}, .pids = {20}, .env = {}}).processes.front().pid, 20U);
  const rules::EnvCondition tag{.name = "TAG", .kind = rules::EnvCondition::Kind::kEquals, .text = "x"};
  EXPECT_EQ(find({.names = {}, .users = {"root"}, .pids = {}, .env = {tag}}).processes.size(), 1U);
}

TEST_F(StatsReader, EnvironmentWithoutEndIsReadToABoundAndWhatIsBeyondIsUnknown) {
  constexpr std::size_t kBound = std::size_t{2} << 20;
  const rules::EnvCondition tag{.name = "TAG", .kind = rules::EnvCondition::Kind::kEquals, .text = "x"};
  const Wanted wanted{.names = {}, .users = {}, .pids = {}, .env = {tag}};
  std::string block = "BIG=" + std::string(kBound - 11, 'v') + std::string{"\0TAG=x\0", 7};
  ASSERT_EQ(block.size(), kBound);
  tree_.file("10/environ", block);
  EXPECT_EQ(find(wanted).processes.size(), 1U) << "the maximum length that execve allows";
  block.insert(4, "v");
  tree_.file("10/environ", block);
  const Found found = find(wanted);
  EXPECT_TRUE(found.processes.empty());
  EXPECT_EQ(found.hidden, 1U) << "the hidden process may match";
}

TEST_F(StatsReader, WhoHasEndedIsNotFound) {
  tree_.file("10/stat", ProcTree::stat(10, kBirth, 'Z'));
  tree_.file("10/task/10/stat", ProcTree::stat(10, kBirth, 'Z'));
  tree_.file("10/task/101/stat", ProcTree::stat(10, kBirth, 'Z'));
  EXPECT_TRUE(find({}).processes.empty());
}

TEST_F(StatsReader, KnowsTheHostsMemory) {
  tree_.file("meminfo", "MemTotal:       16 kB\nMemFree: 1 kB\n");
  EXPECT_EQ(host_memory(tree_.root()), 16'384U);
  tree_.file("meminfo", "MemFree: 1 kB\n");
  EXPECT_FALSE(host_memory(tree_.root()));
}

}  // namespace
}  // namespace procledger::stats
