// SPDX-License-Identifier: Apache-2.0
#include "slowlane/sampler.hpp"

#include <gtest/gtest.h>

#include "support/proc_tree.hpp"

namespace procledger::slowlane {
namespace {

using procfs::Protocol;
using procfs::SocketKind;
using procfs::SocketState;
using test::ProcTree;

constexpr SocketKind kListen{Protocol::kTcp, SocketState::kListen};
constexpr SocketKind kEstablished{Protocol::kTcp, SocketState::kEstablished};
constexpr SocketKind kOther{Protocol::kOther, SocketState::kNone};

Target target(std::uint32_t pid, std::uint64_t ticks, GroupRef group = {}) { return {pid, ProcTree::birth_ns(ticks), group}; }

class SlowSampler : public testing::Test {
 protected:
  [[nodiscard]] Samples take(const std::vector<Target>& targets, bool pss = true, bool sockets = true) const {
    const auto samples = take_samples({.procfs = tree_.root(), .pss = pss, .sockets = sockets}, targets, [] { return true; });
    EXPECT_TRUE(samples);
    return samples.value_or(Samples{});
  }

  ProcTree tree_;
};

TEST_F(SlowSampler, OnlyWhatIsWantedIsTaken) {
  tree_.process(10, 500, 40);
  tree_.socket(10, 3, 1);
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1));
  const auto pss = take({target(10, 500)}, true, false);
  ASSERT_EQ(pss.samples.size(), 1U);
  EXPECT_EQ(pss.samples[0].pss_bytes, 40U * 1024);
  EXPECT_TRUE(pss.samples[0].sockets.empty());
  const auto sockets = take({target(10, 500)}, false, true);
  ASSERT_EQ(sockets.samples.size(), 1U);
  EXPECT_EQ(sockets.samples[0].pss_bytes, std::nullopt);
  EXPECT_EQ(sockets.samples[0].sockets, (SocketCounts{{kListen, 1}}));
  EXPECT_EQ(pss.skipped + sockets.skipped, 0U);
}

TEST_F(SlowSampler, SharedSocketCountsInEachProcessOnce) {
  for (const std::uint32_t pid : {10U, 11U}) {
    tree_.process(pid, 500, 1);
    tree_.socket(pid, 3, 1);
    tree_.socket(pid, 4, 1);
  }
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1));
  tree_.file("11/net/tcp", ProcTree::inet_line(10, 1));
  const auto taken = take({target(10, 500), target(11, 500)});
  ASSERT_EQ(taken.samples.size(), 2U);
  EXPECT_EQ(taken.samples[0].sockets, (SocketCounts{{kListen, 1}}));
  EXPECT_EQ(taken.samples[1].sockets, (SocketCounts{{kListen, 1}}));
}

TEST_F(SlowSampler, EachNamespaceIsReadThroughOneOfItsOwn) {
  tree_.process(10, 500, 1, 1);
  tree_.process(11, 500, 1, 2);
  tree_.process(12, 500, 1, 2);
  tree_.socket(10, 3, 1);
  tree_.socket(11, 3, 2);
  tree_.socket(12, 3, 3);
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1));
  tree_.file("12/net/tcp", ProcTree::inet_line(1, 2) + ProcTree::inet_line(10, 3));  // 11 has no tables, 12 speaks for both
  const auto taken = take({target(10, 500), target(11, 500), target(12, 500)});
  ASSERT_EQ(taken.samples.size(), 3U);
  EXPECT_EQ(taken.samples[0].sockets, (SocketCounts{{kListen, 1}}));
  EXPECT_EQ(taken.samples[1].sockets, (SocketCounts{{kEstablished, 1}}));
  EXPECT_EQ(taken.samples[2].sockets, (SocketCounts{{kListen, 1}}));
}

TEST_F(SlowSampler, WhoMovedToAnotherNamespaceDoesNotSpeakForTheOldOne) {
  tree_.process(10, 500, 1, 1);
  tree_.process(11, 500, 1, 1);
  tree_.socket(10, 3, 1);
  tree_.socket(11, 3, 2);
  tree_.file("10/net/tcp", ProcTree::inet_line(1, 1) + ProcTree::inet_line(1, 2));
  tree_.file("11/net/tcp", ProcTree::inet_line(10, 1) + ProcTree::inet_line(10, 2));
  int questions = 0;
  const auto move_when_both_were_seen = [&] {
    if (++questions == 3) {
      tree_.remove("11/ns/net");
      tree_.link("11/ns/net", "net:[9]");
    }
    return true;
  };
  const auto taken = take_samples({.procfs = tree_.root(), .sockets = true}, {target(10, 500), target(11, 500)}, move_when_both_were_seen);
  ASSERT_TRUE(taken);
  ASSERT_EQ(taken->samples.size(), 2U);
  EXPECT_EQ(taken->samples[0].sockets, (SocketCounts{{kEstablished, 1}}));
  EXPECT_EQ(taken->samples[1].sockets, (SocketCounts{{kEstablished, 1}}));
}

TEST_F(SlowSampler, NamespaceThatCannotBeReadIsUnknownAndNotOther) {
  tree_.process(10, 500, 1);
  tree_.socket(10, 3, 1);
  tree_.remove("10/net");
  const auto taken = take({target(10, 500)});
  ASSERT_EQ(taken.samples.size(), 1U);
  EXPECT_TRUE(taken.samples[0].sockets.empty());
  EXPECT_EQ(taken.skipped, 1U);
}

TEST_F(SlowSampler, WhatIsInNoTableIsOther) {
  tree_.process(10, 500, 1);
  tree_.socket(10, 3, 1);
  tree_.socket(10, 4, 2);
  tree_.file("10/net/tcp", ProcTree::inet_line(10, 1));
  EXPECT_EQ(take({target(10, 500)}).samples.at(0).sockets, (SocketCounts{{kListen, 1}, {kOther, 1}}));
}

TEST_F(SlowSampler, ReusedNumberAndVanishedOnesAreSkipped) {
  tree_.process(10, 500, 40);
  const auto taken = take({target(10, 499), target(11, 500)});
  EXPECT_TRUE(taken.samples.empty());
  EXPECT_EQ(taken.skipped, 2U);
}

TEST_F(SlowSampler, WhatCannotBeReadIsCountedOnce) {
  tree_.process(10, 500, 40);
  tree_.remove("10/smaps_rollup");
  tree_.remove("10/fd");
  const auto taken = take({target(10, 500)});
  ASSERT_EQ(taken.samples.size(), 1U);
  EXPECT_EQ(taken.samples[0].pss_bytes, std::nullopt);
  EXPECT_EQ(taken.skipped, 1U);
}

TEST_F(SlowSampler, GivesUpWhenTold) {
  tree_.process(10, 500, 40);
  int questions = 0;
  const auto taken =
      take_samples({.procfs = tree_.root(), .pss = true}, {target(10, 500), target(10, 500)}, [&] { return ++questions < 2; });
  EXPECT_FALSE(taken);
  EXPECT_EQ(questions, 2);
}

TEST(SlowSums, ProcessesOfAGroupAddUp) {
  const std::vector<Sample> samples{{10, 5, 100, {{kListen, 1}}}, {11, 5, 30, {{kListen, 2}, {kOther, 1}}}, {12, 5, 7, {}}};
  const auto groups = sum_by_group(samples, {{12, 5, {2, 0}}, {11, 5, {1, 0}}, {10, 5, {1, 0}}});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, 130U);
  EXPECT_EQ(groups.at({1, 0}).sockets, (SocketCounts{{kListen, 3}, {kOther, 1}}));
  EXPECT_EQ(groups.at({2, 0}).pss_bytes, 7U);
}

TEST(SlowSums, GroupOfWhichNothingIsKnownHasNoMemoryFigure) {
  const auto groups = sum_by_group({{10, 5, std::nullopt, {}}}, {{10, 5, {1, 0}}});
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, std::nullopt);
}

TEST(SlowSums, NewestListDecidesWhereAProcessBelongs) {
  const std::vector<Sample> samples{{10, 5, 100, {}}, {11, 5, 30, {}}, {12, 5, 7, {}}};
  // 10 changed groups, 11 died and its number has a new owner, 12 died.
  const auto groups = sum_by_group(samples, {{10, 5, {9, 1}}, {11, 6, {1, 0}}});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups.at({9, 1}).pss_bytes, 100U);
}

TEST(SlowSums, PredecessorOfAGroupNumberIsAnotherGroup) {
  Pass pass;
  pass.groups = sum_by_group({{10, 5, 100, {}}}, {{10, 5, {1, 3}}});
  EXPECT_NE(pass.find({1, 3}), nullptr);
  EXPECT_EQ(pass.find({1, 4}), nullptr);
  EXPECT_EQ(pass.find({2, 3}), nullptr);
}

}  // namespace
}  // namespace procledger::slowlane
