// SPDX-License-Identifier: Apache-2.0
// CPU time against the kernel's account of a cgroup, for the kinds of life in which it goes astray; exits and ends of threads are told
// once.
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
  EXPECT_EQ(exits(account("burn")), 20U) << "they end as what they became";
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
  constexpr std::uint64_t kTick = 10'000'000;  // so old may the cgroup's account of a task that runs be, at HZ=100
  EXPECT_LE(used(), load->cgroup().usage_ns() + kTick + kind_.bounds.of(used()))
      << "it cannot have run longer than its cgroup says afterwards";
}

}  // namespace
}  // namespace procledger::test
