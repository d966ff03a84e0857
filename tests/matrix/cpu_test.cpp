// SPDX-License-Identifier: Apache-2.0
// CPU time compared with the kernel's CPU time of a cgroup, for kinds of processes that are hard to account for. Every exit of a process or
// thread counts once.
#include "matrix/matrix_test.hpp"

namespace procledger::test {
namespace {

using Cpu = MatrixTest;

TEST_F(Cpu, ManyShortLives) { run({names_.link("burn", "burn"), "2000"}, 150, 6, 150); }

TEST_F(Cpu, LivesThatEndAtOnce) { run({names_.link("true", "true")}, 500, 8, 500); }

TEST_F(Cpu, OneLongLife) { run({names_.link("burn", "burn"), "1500000"}, 1, 1, 1); }

TEST_F(Cpu, StormOfForksAndOrphans) { run({names_.link("storm", "storm"), "1000"}, 1, 1, std::nullopt); }

TEST_F(Cpu, ThreadsThatEnd) { run({names_.link("threads", "threads"), "40", "8", "2000"}, 3, 1, 3); }

TEST_F(Cpu, ExecFromAThread) {
  run({names_.link("texec", "thread_exec"), "3000", names_.link("burn", "burn"), "3000"}, 20, 2, 20);
  EXPECT_EQ(exits(account("burn")), 20U) << "the processes exit as the new program";
  EXPECT_EQ(exits(account("texec")), 0U);
}

TEST_F(Cpu, LeaderThatEndsBeforeItsThreads) { run({names_.link("leader", "leader_exits"), "3", "3000"}, 5, 5, 5); }

TEST_F(Cpu, MemoryGivenBackByTheDying) { run({names_.link("hog", "hog"), "100000000"}, 3, 1, 3); }

TEST_F(Cpu, LongLifeIsSeenWhileItLasts) {
  auto load = Load::prepare(names_, 1, 1, {names_.link("burn", "burn"), "1000000000"});
  ASSERT_TRUE(load) << load.error().message;
  collect();
  load->go();
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const auto used = [&] {
    const ledger::Account burn = account("burn");
    return burn.total.cpu_ns + burn.running_ns;
  };
  ASSERT_TRUE(soon([&] { return used() > kSecond; })) << used();
  constexpr std::uint64_t kTick = 10'000'000;  // maximum age of the cgroup's CPU time while a task runs, at HZ=100
  EXPECT_LE(used(), load->cgroup().usage_ns() + kTick + kind_.bounds.of(used()))
      << "no more than the CPU time of the cgroup, read afterwards";
}

}  // namespace
}  // namespace procledger::test
