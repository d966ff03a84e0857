// SPDX-License-Identifier: Apache-2.0
#include "host/sampler/sampling_pass.hpp"

#include <gtest/gtest.h>

#include "support/proc_tree.hpp"

namespace procledger::sampler {
namespace {

using procfs::Protocol;
using procfs::SocketKind;
using procfs::SocketState;
using procfs::WaitChannels;
using test::ProcTree;

constexpr SocketKind kListen{Protocol::kTcp, SocketState::kListen};
constexpr SocketKind kEstablished{Protocol::kTcp, SocketState::kEstablished};
constexpr SocketKind kOther{Protocol::kOther, SocketState::kNone};

constexpr What kPss{.pss = true};
constexpr What kSockets{.sockets = true};
constexpr What kWaitChannels{.wait_channels = true};
constexpr What kAll{.pss = true, .sockets = true, .wait_channels = true};

Target target(std::uint32_t pid, std::uint64_t ticks, What want = {.pss = true, .sockets = true}) {
  return {pid, ProcTree::start_boottime_ns(ticks), {}, want};
}

class SlowSampler : public testing::Test {
 protected:
  [[nodiscard]] Samples take(const std::vector<Target>& targets) const {
    const auto samples = take_samples(tree_.root(), targets, [] { return true; });
    EXPECT_TRUE(samples);
    return samples.value_or(Samples{});
  }

  ProcTree tree_;
};

TEST_F(SlowSampler, OfEachOnlyWhatIsWantedIsTaken) {
  for (const std::uint32_t pid : {10U, 11U, 12U, 13U}) {
    const std::string number = std::to_string(pid);
    tree_.process(pid, 500, 40);
    tree_.socket(pid, 3, 1);
    tree_.file(number + "/net/tcp", ProcTree::inet_line(10, 1));
    tree_.file(number + "/task/" + number + "/wchan", "do_wait");
  }
  const auto taken = take({target(10, 500, kPss), target(11, 500, kSockets), target(12, 500, kWaitChannels), target(13, 500, kAll)});
  ASSERT_EQ(taken.samples.size(), 4U);
  for (const std::size_t i : {0U, 3U}) EXPECT_EQ(taken.samples[i].memory.value().pss_bytes, 40U * 1024) << i;
  for (const std::size_t i : {1U, 2U}) EXPECT_FALSE(taken.samples[i].memory) << i;
  for (const std::size_t i : {1U, 3U}) EXPECT_EQ(taken.samples[i].sockets, (SocketCounts{{kListen, 1}})) << i;
  for (const std::size_t i : {0U, 2U}) EXPECT_TRUE(taken.samples[i].sockets.empty()) << i;
  for (const std::size_t i : {2U, 3U}) EXPECT_EQ(taken.samples[i].wait_channels, (WaitChannels{{"do_wait", 1}})) << i;
  for (const std::size_t i : {0U, 1U}) EXPECT_TRUE(taken.samples[i].wait_channels.empty()) << i;
  EXPECT_EQ(taken.skipped, 0U);
}

TEST_F(SlowSampler, WhatIsNotWantedIsNotMissed) {
  tree_.process(10, 500, 40);
  for (const char* file : {"10/smaps_rollup", "10/fd", "10/task"}) tree_.remove(file);
  EXPECT_EQ(take({target(10, 500, {})}).skipped, 0U);
  for (const What want : {kPss, kSockets, kWaitChannels}) EXPECT_EQ(take({target(10, 500, want)}).skipped, 1U);
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
  tree_.file("12/net/tcp", ProcTree::inet_line(1, 2) + ProcTree::inet_line(10, 3));  // 11 has no tables; those of 12 are valid for both
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
  const auto taken = take_samples(tree_.root(), {target(10, 500, kSockets), target(11, 500, kSockets)}, move_when_both_were_seen);
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
  EXPECT_FALSE(taken.samples[0].memory);
  EXPECT_EQ(taken.skipped, 1U);
}

TEST_F(SlowSampler, EndInTheMiddleOfThreadsIsTheEnd) {
  tree_.process(10, 500, 40);
  for (int tid = 10; tid < 210; ++tid) tree_.file("10/task/" + std::to_string(tid) + "/wchan", "do_wait");
  int questions = 0;
  EXPECT_FALSE(take_samples(tree_.root(), {target(10, 500, kWaitChannels)}, [&] { return ++questions < 2; }));
  EXPECT_LE(questions, 3) << "no further reads";
}

TEST_F(SlowSampler, StopsOnRequest) {
  tree_.process(10, 500, 40);
  int questions = 0;
  const auto taken = take_samples(tree_.root(), {target(10, 500, kPss), target(10, 500, kPss)}, [&] { return ++questions < 2; });
  EXPECT_FALSE(taken);
  EXPECT_EQ(questions, 2);
}

constexpr procfs::ProportionalMemory memory(std::uint64_t pss_bytes) { return {pss_bytes, pss_bytes / 10}; }

/// A sample of a process that started at 5.
Sample sample(std::uint32_t tgid, std::optional<procfs::ProportionalMemory> memory, SocketCounts sockets = {}, WaitChannels channels = {}) {
  return {tgid, 5, memory, std::move(sockets), std::move(channels)};
}

TEST(SlowSums, ProcessesOfAGroupAddUp) {
  const std::vector<Sample> samples{sample(10, memory(100), {{kListen, 1}}, {{"do_wait", 1}}),
                                    sample(11, memory(30), {{kListen, 2}, {kOther, 1}}, {{"do_wait", 2}, {"futex_do_wait", 4}}),
                                    sample(12, memory(70))};
  const auto groups = sum_by_group(samples, {{12, 5, {2, 0}, kAll}, {11, 5, {1, 0}, kAll}, {10, 5, {1, 0}, kAll}});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, 130U);
  EXPECT_EQ(groups.at({1, 0}).swap_pss_bytes, 13U);
  EXPECT_EQ(groups.at({1, 0}).sockets, (SocketCounts{{kListen, 3}, {kOther, 1}}));
  EXPECT_EQ(groups.at({1, 0}).wait_channels, (WaitChannels{{"do_wait", 3}, {"futex_do_wait", 4}}));
  EXPECT_EQ(groups.at({2, 0}).pss_bytes, 70U);
  EXPECT_EQ(groups.at({2, 0}).swap_pss_bytes, 7U);
}

TEST(SlowSums, GroupHasOnlyWhatIsWantedOfItByNow) {
  const std::vector<Sample> samples{sample(10, memory(100), {{kListen, 1}}, {{"do_wait", 1}}),
                                    sample(11, memory(100), {{kListen, 1}}, {{"do_wait", 1}}),
                                    sample(12, memory(100), {{kListen, 1}}, {{"do_wait", 1}})};
  const auto groups = sum_by_group(samples, {{10, 5, {1, 0}, kPss}, {11, 5, {2, 0}, kSockets}, {12, 5, {3, 0}, kWaitChannels}});
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, 100U);
  for (const std::uint32_t id : {2U, 3U}) EXPECT_FALSE(groups.at({id, 0}).pss_bytes || groups.at({id, 0}).swap_pss_bytes) << id;
  EXPECT_EQ(groups.at({2, 0}).sockets, (SocketCounts{{kListen, 1}}));
  for (const std::uint32_t id : {1U, 3U}) EXPECT_TRUE(groups.at({id, 0}).sockets.empty()) << id;
  EXPECT_EQ(groups.at({3, 0}).wait_channels, (WaitChannels{{"do_wait", 1}}));
  for (const std::uint32_t id : {1U, 2U}) EXPECT_TRUE(groups.at({id, 0}).wait_channels.empty()) << id;
}

TEST(SlowSums, WaitChannelsOfAGroupAreBounded) {
  std::vector<Sample> samples;
  std::vector<Target> targets;
  for (std::uint32_t pid = 0; pid < 2 * procfs::kMaxWaitChannels; ++pid) {
    samples.push_back(sample(pid, memory(1), {}, {{"f" + std::to_string(pid), 1}}));
    targets.push_back({pid, 5, {1, 0}, kWaitChannels});
  }
  const auto groups = sum_by_group(samples, targets);
  EXPECT_EQ(groups.at({1, 0}).wait_channels.size(), procfs::kMaxWaitChannels + 1);
  EXPECT_EQ(groups.at({1, 0}).wait_channels.at("(other)"), procfs::kMaxWaitChannels);
}

TEST(SlowSums, GroupWithoutAnySampleHasNoMemoryValue) {
  const auto groups = sum_by_group({sample(10, std::nullopt)}, {{10, 5, {1, 0}, kPss}});
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, std::nullopt);
  EXPECT_EQ(groups.at({1, 0}).swap_pss_bytes, std::nullopt);
}

TEST(SlowSums, UnknownSwapIsNotNone) {
  const auto groups = sum_by_group({sample(10, procfs::ProportionalMemory{100, {}})}, {{10, 5, {1, 0}, kPss}});
  EXPECT_EQ(groups.at({1, 0}).pss_bytes, 100U);
  EXPECT_EQ(groups.at({1, 0}).swap_pss_bytes, std::nullopt);
}

TEST(SlowSums, NewestListDecidesWhereAProcessBelongs) {
  const std::vector<Sample> samples{sample(10, memory(100)), sample(11, memory(30)), sample(12, memory(7))};
  // 10 changed its group, 11 exited and another process has its PID, 12 exited.
  const auto groups = sum_by_group(samples, {{10, 5, {9, 1}, kPss}, {11, 6, {1, 0}, kPss}});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups.at({9, 1}).pss_bytes, 100U);
}

TEST(SlowSums, PredecessorOfAGroupNumberIsAnotherGroup) {
  Pass pass;
  pass.groups = sum_by_group({sample(10, memory(100))}, {{10, 5, {1, 3}, kPss}});
  EXPECT_NE(pass.find({1, 3}), nullptr);
  EXPECT_EQ(pass.find({1, 4}), nullptr);
  EXPECT_EQ(pass.find({2, 3}), nullptr);
}

}  // namespace
}  // namespace procledger::sampler
