// SPDX-License-Identifier: Apache-2.0
// Gauges, lifetimes, and the split of exact time into user and system.
#include <random>

#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

using LedgerGauges = LedgerTest;

TEST(CpuSplit, FollowsTheRatioOfTheTicks) { EXPECT_EQ(split_cpu({}, 100, 1, 3), (CpuSplit{.user_ns = 25, .system_ns = 75})); }

TEST(CpuSplit, IsAllUserWithoutATick) { EXPECT_EQ(split_cpu({}, 100, 0, 0), (CpuSplit{.user_ns = 100, .system_ns = 0})); }

TEST(CpuSplit, GivesBackNothing) {
  const CpuSplit shown{.user_ns = 80, .system_ns = 20};
  EXPECT_EQ(split_cpu(shown, 90, 1, 1), shown);                                        // the total fell
  EXPECT_EQ(split_cpu(shown, 110, 0, 1), (CpuSplit{.user_ns = 80, .system_ns = 30}));  // all system now
  EXPECT_EQ(split_cpu(shown, 110, 1, 0), (CpuSplit{.user_ns = 90, .system_ns = 20}));  // all user now
}

TEST(CpuSplit, AddsUpAndNeverFallsWhateverTheTicksSay) {
  std::mt19937_64 random{7};
  CpuSplit shown;
  std::uint64_t total = 0;
  for (int i = 0; i < 10'000; ++i) {
    total += random() % (std::uint64_t{1} << (random() % 48));
    const CpuSplit next = split_cpu(shown, total, random() % 1'000'000, random() % 1'000'000);
    ASSERT_GE(next.user_ns, shown.user_ns);
    ASSERT_GE(next.system_ns, shown.system_ns);
    ASSERT_EQ(next.user_ns + next.system_ns, total);
    shown = next;
  }
}

TEST(CpuSplit, StaysExactForCenturies) {
  const std::uint64_t total = std::uint64_t{1} << 62;
  const CpuSplit split = split_cpu({}, total, 1, 2);
  EXPECT_EQ(split.user_ns + split.system_ns, total);
  EXPECT_NEAR(static_cast<double>(split.system_ns) / static_cast<double>(total), 2.0 / 3, 1e-9);
}

TEST(Lifetimes, BoundsAreInclusive) {
  Lifetimes lifetimes;
  lifetimes.observe(10 * kMs);
  lifetimes.observe(10 * kMs + 1);
  lifetimes.observe(7'200'000 * kMs);
  EXPECT_EQ(lifetimes.buckets[0], 1);
  EXPECT_EQ(lifetimes.buckets[1], 1);
  EXPECT_EQ(lifetimes.buckets.back(), 1);
  EXPECT_EQ(lifetimes.sum_ns, 7'200'020 * kMs + 1);
}

TEST(ExitReasons, AreThoseOfWait) {
  EXPECT_EQ(exit_reason(0), ExitReason::kOk);
  EXPECT_EQ(exit_reason(1u << 8), ExitReason::kError);
  EXPECT_EQ(exit_reason(15), ExitReason::kSignal);
  EXPECT_EQ(exit_reason(0x80 | 11), ExitReason::kSignal);
}

TEST_F(LedgerGauges, CountProcessesAndThreadsOfTheLastScan) {
  scan(10, [&] {
    sample({.born = 1, .live = 2});
    sample({.task = 2, .born = 3, .leader = false, .live = 2});
    sample({.task = 3, .born = 5, .process = 300, .tgid = 30});
  });
  EXPECT_EQ(group("web").processes, 2);
  EXPECT_EQ(group("web").threads, 3);
  EXPECT_EQ(group("web").oldest_start_ns, at(1));
  ended({.born = 1, .live = 0}, 11);
  ended({.task = 2, .born = 3, .leader = false, .live = 0}, 11);
  scan(20, [&] { sample({.task = 3, .born = 5, .process = 300, .tgid = 30}); });
  EXPECT_EQ(group("web").processes, 1);
  EXPECT_EQ(group("web").threads, 1);
  EXPECT_EQ(group("web").oldest_start_ns, at(5));
  EXPECT_EQ(group("web").members, 1);
}

TEST_F(LedgerGauges, ZombieIsAMemberButNoProcess) {
  scan(10, [&] { sample({.live = 0, .state = event::State::kZombie}); });
  EXPECT_EQ(group("web").members, 1);
  EXPECT_EQ(group("web").processes, 0);
  EXPECT_EQ(group("web").threads, 0);
  EXPECT_FALSE(group("web").oldest_start_ns);
}

TEST_F(LedgerGauges, StatesAreOfProcessesByUser) {
  scan(10, [&] {
    sample({.task = 1, .state = event::State::kRunning, .uid = 5});
    sample({.task = 2, .process = 200, .tgid = 20, .state = event::State::kSleeping, .uid = 5});
    sample({.task = 3, .process = 300, .tgid = 30, .live = 0, .state = event::State::kZombie, .uid = 6});
    sample({.task = 4, .process = 300, .tgid = 30, .leader = false, .live = 0, .state = event::State::kZombie, .uid = 6});
  });
  const UserStates expected{{{5, event::State::kRunning}, 1}, {{5, event::State::kSleeping}, 1}, {{6, event::State::kZombie}, 1}};
  EXPECT_EQ(ledger.user_states(), expected);
}

TEST_F(LedgerGauges, ProcessWithADeadLeaderHasTheStateOfAThread) {
  scan(10, [&] {
    sample({.live = 1, .state = event::State::kZombie, .uid = 5});
    sample({.task = 2, .born = 3, .leader = false, .live = 1, .state = event::State::kDiskSleep, .uid = 5});
  });
  const UserStates expected{{{5, event::State::kDiskSleep}, 1}};
  EXPECT_EQ(ledger.user_states(), expected);
}

TEST_F(LedgerGauges, GroupWithoutMembersKeepsItsCounters) {
  fork({});
  ended({.cpu = 5, .live = 0}, 5);
  scan(10);
  EXPECT_EQ(group("web").members, 0);
  EXPECT_EQ(group("web").processes, 0);
  EXPECT_EQ(group("web").shown.user_ns, 5 * kMs);
}

}  // namespace
}  // namespace procledger::ledger
