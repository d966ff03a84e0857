// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/children_estimate.hpp"

#include <gtest/gtest.h>

#include "fake_processes.hpp"

namespace procledger::proc {
namespace {

using Gone = ChildrenEstimate::Gone;

constexpr ProcessKey kInit{1, 0};
constexpr ProcessKey kParent{10, 100};
constexpr ProcessKey kChild{20, 200};
constexpr ProcessKey kGrandchild{30, 300};

CpuSplit user(std::uint64_t ms) { return {.user_ns = ms * kMs, .system_ns = 0}; }
CpuSplit both(std::uint64_t user_ms, std::uint64_t system_ms) { return {.user_ns = user_ms * kMs, .system_ns = system_ms * kMs}; }

/// Three generations of processes below init, all seen once without children time.
class ChildrenEstimated : public testing::Test {
 protected:
  void SetUp() override {
    see(kInit, {}, {});
    see(kParent, kInit, {});
    see(kChild, kParent, {});
    see(kGrandchild, kChild, {});
    static_cast<void>(estimate_.settle());
  }
  void see(ProcessKey process, std::optional<ProcessKey> parent, CpuSplit children) {
    estimate_.see(process, {.parent = parent, .ignores_children = false}, children, false);
  }
  void vanish(ProcessKey process, CpuSplit own, Gone gone = Gone::kBeforeReading) { estimate_.vanish(process, {}, own, gone); }
  CpuSplit estimate_of(const ChildrenEstimate::Outcome& outcome, ProcessKey process) {
    const auto at = outcome.estimates.find(process);
    return at == outcome.estimates.end() ? CpuSplit{} : at->second;
  }

  ChildrenEstimate estimate_{kTickNs};
};

TEST_F(ChildrenEstimated, UnreportedGrowthIsAnEstimateInBothModes) {
  see(kParent, kInit, both(30, 20));
  const auto outcome = estimate_.settle();
  ASSERT_EQ(outcome.estimates.size(), 1U);
  EXPECT_EQ(estimate_of(outcome, kParent), both(30, 20));
}

TEST_F(ChildrenEstimated, GrowthIsReportedOnce) {
  see(kParent, kInit, user(30));
  static_cast<void>(estimate_.settle());
  see(kParent, kInit, user(30));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
  see(kParent, kInit, user(50));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(20));
}

TEST_F(ChildrenEstimated, ReportedUsageOfAVanishedChildIsSubtracted) {
  vanish(kChild, user(70));
  see(kParent, kInit, user(100));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(30)) << "the last 30 ms, which no scan saw";
}

TEST_F(ChildrenEstimated, WhatAVanishedChildHadReapedIsTakenOffToo) {
  see(kChild, kParent, user(40));
  EXPECT_EQ(estimate_of(estimate_.settle(), kChild), user(40));
  vanish(kChild, user(70));
  see(kParent, kInit, user(110));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
}

TEST_F(ChildrenEstimated, AChainThatVanishesAtOnceCountsAtWhoeverIsLeft) {
  vanish(kChild, user(50));
  vanish(kGrandchild, user(200));
  see(kParent, kInit, user(260));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(10));
}

TEST_F(ChildrenEstimated, AChainThatVanishesOneAfterTheOtherCountsOnce) {
  vanish(kGrandchild, user(200));
  see(kChild, kParent, user(200));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
  vanish(kChild, user(50));
  see(kParent, kInit, user(250));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
}

TEST_F(ChildrenEstimated, ChildThatVanishedDuringAScanIsAwaitedForOneScan) {
  vanish(kChild, user(100), Gone::kWhileReading);
  EXPECT_TRUE(estimate_.settle().estimates.empty());
  see(kParent, kInit, user(120));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(20));
}

TEST_F(ChildrenEstimated, NobodyIsWaitedForTwice) {
  vanish(kChild, user(100), Gone::kWhileReading);
  static_cast<void>(estimate_.settle());
  static_cast<void>(estimate_.settle());  // the kernel reaped the process
  see(kParent, kInit, user(100));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(80)) << "minus the time that two cut ticks may hide";
}

TEST_F(ChildrenEstimated, ManySmallChildrenAreAllWaitedFor) {
  for (std::uint32_t i = 0; i < 100; ++i) see({.tgid = 1000 + i, .start_boottime_ns = 500}, kParent, {});
  static_cast<void>(estimate_.settle());
  for (std::uint32_t i = 0; i < 100; ++i) vanish({.tgid = 1000 + i, .start_boottime_ns = 500}, user(1), Gone::kWhileReading);
  static_cast<void>(estimate_.settle());
  see(kParent, kInit, user(100));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
}

TEST_F(ChildrenEstimated, AnOrphanIsPaidByTheAncestorThatReapedIt) {
  vanish(kChild, user(10));
  vanish(kGrandchild, user(200));  // reparented to init when the child exited
  see(kParent, kInit, user(10));
  see(kInit, {}, user(200));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
}

TEST_F(ChildrenEstimated, WhatTheKernelReapsItselfIsNobodys) {
  estimate_.see(kParent, {.parent = kInit, .ignores_children = true}, {}, false);
  static_cast<void>(estimate_.settle());
  vanish(kChild, user(100));
  see(kInit, {}, user(500));
  const auto outcome = estimate_.settle();
  EXPECT_EQ(outcome.unclaimed, std::set<ProcessKey>{kChild});
  EXPECT_EQ(estimate_of(outcome, kInit), user(500));
}

TEST_F(ChildrenEstimated, WhatNobodyWasCreditedWithIsUnclaimed) {
  vanish(kChild, user(100));
  see(kParent, kInit, user(30));
  EXPECT_EQ(estimate_.settle().unclaimed, std::set<ProcessKey>{kChild});
}

TEST_F(ChildrenEstimated, AChildThatWasReapedIsNotUnclaimed) {
  vanish(kChild, user(100));
  see(kParent, kInit, user(90));  // a tick is cut off
  EXPECT_TRUE(estimate_.settle().unclaimed.empty());
}

// 10.5 ms each: the kernel shows 10, 20 (of 21), 30 (of 31.5), ...
TEST_F(ChildrenEstimated, CutTicksMakeNoDrift) {
  CpuSplit estimated{};
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    const ProcessKey child{.tgid = 1000 + i, .start_boottime_ns = 500};
    see(child, kParent, {});
    static_cast<void>(estimate_.settle());
    vanish(child, {.user_ns = 10'500'000, .system_ns = 0});
    see(kParent, kInit, {.user_ns = i * 10'500'000 / kTickNs * kTickNs, .system_ns = 0});
    for (const auto& [key, used] : estimate_.settle().estimates) estimated += used;
  }
  EXPECT_EQ(estimated.total(), 0U);
}

// Each process uses 8 ms in each mode; by ticks, all is user time.
TEST_F(ChildrenEstimated, AWrongSplitMakesNoEstimate) {
  CpuSplit estimated{};
  for (std::uint32_t i = 1; i <= 100; ++i) {
    const ProcessKey child{.tgid = 1000 + i, .start_boottime_ns = 500};
    see(child, kParent, {});
    static_cast<void>(estimate_.settle());
    vanish(child, user(16));
    const std::uint64_t each = i * 8 * kMs / kTickNs * kTickNs;
    see(kParent, kInit, {.user_ns = each, .system_ns = each});
    for (const auto& [key, used] : estimate_.settle().estimates) estimated += used;
  }
  EXPECT_LE(estimated.total(), 2 * kTickNs);
}

TEST_F(ChildrenEstimated, ANewcomersChildrenTimeIsNews) {
  constexpr ProcessKey kNew{40, 400};
  see(kNew, kParent, user(60));
  EXPECT_EQ(estimate_of(estimate_.settle(), kNew), user(60));
}

TEST_F(ChildrenEstimated, AnElderlysChildrenTimeIsABaseline) {
  constexpr ProcessKey kOld{40, 50};
  estimate_.see(kOld, {.parent = kParent, .ignores_children = false}, user(60), true);
  EXPECT_TRUE(estimate_.settle().estimates.empty());
  estimate_.see(kOld, {.parent = kParent, .ignores_children = false}, user(80), true);
  EXPECT_EQ(estimate_of(estimate_.settle(), kOld), user(20));
}

TEST_F(ChildrenEstimated, AVanishedBaselineIsTakenOffWhole) {
  constexpr ProcessKey kOld{40, 50};
  estimate_.see(kOld, {.parent = kParent, .ignores_children = false}, user(60), true);
  static_cast<void>(estimate_.settle());
  vanish(kOld, user(500));
  see(kParent, kInit, user(560));
  EXPECT_TRUE(estimate_.settle().estimates.empty());
}

TEST_F(ChildrenEstimated, UnreportedGrowthGoesToTheReaper) {
  see(kChild, kParent, user(40));  // and exited in the same scan
  vanish(kChild, user(70), Gone::kWhileReading);
  see(kParent, kInit, user(110));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(40));
}

TEST_F(ChildrenEstimated, OneThatWasNeverSeenIsTakenOffItsParent) {
  estimate_.vanish({50, 500}, kParent, user(80), Gone::kBeforeReading);
  see(kParent, kInit, user(100));
  EXPECT_EQ(estimate_of(estimate_.settle(), kParent), user(20));
}

TEST_F(ChildrenEstimated, TheGoneAreForgotten) {
  vanish(kChild, user(10));
  vanish(kGrandchild, user(10));
  static_cast<void>(estimate_.settle());
  EXPECT_EQ(estimate_.size(), 2U);
}

TEST(CpuSplit, PaysModeByModeAndThenAcross) {
  CpuSplit purse = both(10, 5);
  CpuSplit owed = both(4, 8);
  purse.pay(owed);
  EXPECT_EQ(owed, CpuSplit{});
  EXPECT_EQ(purse, both(3, 0));
}

TEST(CpuSplit, KeepsItsProportionWhenTakenFrom) {
  CpuSplit purse = both(30, 10);
  EXPECT_EQ(purse.take(20 * kMs), both(15, 5));
  EXPECT_EQ(purse.take(100 * kMs), both(15, 5));
  EXPECT_EQ(purse, CpuSplit{});
}

}  // namespace
}  // namespace procledger::proc
