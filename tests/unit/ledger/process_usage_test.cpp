// SPDX-License-Identifier: Apache-2.0
// The present usage of running processes, and the peak usage including exited processes.
#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

class LedgerHoldings : public LedgerTest {
 protected:
  static event::ProcessUsage holding(const Seen& of, std::uint64_t anonymous, std::uint64_t peak) {
    return {.process = {.handle = of.process, .tgid = of.tgid},
            .start_boottime_ns = at(of.born),
            .memory = event::Memory{.anonymous = anonymous, .file = 1, .shared = 2, .swapped = 3, .mapped = 4, .hugetlb = 6, .peak = peak},
            .files = event::Files{.open = 5, .limit = 50}};
  }

  Seen one{.task = 1, .process = 101, .tgid = 1};
  Seen two{.task = 2, .process = 102, .tgid = 2};
};

TEST_F(LedgerHoldings, AreSummedOverTheLivingAndGoWithThem) {
  fork(one);
  fork(two);
  scan(10, [&] {
    sample(one);
    sample(two);
    ledger.on_process_usage(holding(one, 100, 150));
    ledger.on_process_usage(holding(two, 200, 250));
  });
  EXPECT_EQ(group("web").holdings.memory.anonymous, 300);
  EXPECT_EQ(group("web").holdings.memory.resident(), 306);
  EXPECT_EQ(group("web").holdings.memory.hugetlb, 12);
  EXPECT_EQ(group("web").holdings.with_memory, 2);
  EXPECT_EQ(group("web").holdings.open_files, 10);
  EXPECT_EQ(group("web").peak_bytes, 250) << "the maximum, not the sum";
  scan(20, [&] { sample(one); });
  EXPECT_EQ(group("web").holdings.with_memory, 0);
  EXPECT_EQ(group("web").holdings.memory.anonymous, 0);
  EXPECT_EQ(group("web").peak_bytes, 250);
}

TEST_F(LedgerHoldings, WorstRatioOfFilesIsKept) {
  fork(one);
  fork(two);
  scan(10, [&] {
    sample(one);
    sample(two);
    event::ProcessUsage full = holding(one, 1, 1);
    full.files = event::Files{.open = 40, .limit = 50};
    ledger.on_process_usage(full);
    ledger.on_process_usage(holding(two, 1, 1));
  });
  EXPECT_DOUBLE_EQ(group("web").holdings.worst_file_ratio, 0.8);
}

TEST_F(LedgerHoldings, OfAnotherProcessWithTheSameIdAreNotTaken) {
  fork(one);
  scan(10, [&] {
    sample(one);
    Seen earlier = one;
    earlier.born = -5;
    ledger.on_process_usage(holding(earlier, 100, 100));
  });
  EXPECT_EQ(group("web").holdings.with_memory, 0);
}

TEST_F(LedgerHoldings, PeakOfExitedProcessesIsReported) {
  fork(one);
  event::TaskExit last = final({.task = 1, .process = 101, .tgid = 1, .live = 0}, 9);
  last.peak = 400;
  ledger.on_exit(last);
  EXPECT_EQ(group("web").peak_bytes, 400);
}

TEST_F(LedgerHoldings, ThreadsAreCountedByStateOnce) {
  fork(one);
  scan(10, [&] {
    Seen leader = one;
    leader.state = event::State::kZombie;  // exited, but other threads run
    sample(leader);
    for (std::uint64_t thread = 0; thread < 8; ++thread) {
      sample({.task = 10 + thread, .born = 2, .process = 101, .tgid = 1, .leader = false, .state = event::State::kSleeping});
    }
  });
  EXPECT_EQ(group("web").thread_states[static_cast<std::size_t>(event::State::kSleeping)], 8);
  EXPECT_EQ(group("web").thread_states[static_cast<std::size_t>(event::State::kZombie)], 0);
  EXPECT_EQ(group("web").zombies, 0);
}

}  // namespace
}  // namespace procledger::ledger
