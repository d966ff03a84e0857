// SPDX-License-Identifier: Apache-2.0
#include "host/sampler/background_sampler.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "support/proc_tree.hpp"

namespace procledger::sampler {
namespace {

using namespace std::chrono_literals;
using test::ProcTree;

class SlowLaneThread : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<BackgroundSampler> start(std::chrono::nanoseconds interval = 1h) const {
    auto lane = BackgroundSampler::start({.procfs = tree_.root(), .interval = interval, .cpu_share = 1});
    if (!lane) throw std::runtime_error{lane.error().message};
    return std::move(*lane);
  }
  // A pass takes 80 ms, and longer if other processes use the CPUs. A pass that waits for a blocked file never ends.
  static constexpr std::chrono::seconds kSoon{10};

  static std::vector<Target> one() { return {{10, ProcTree::start_boottime_ns(500), {1, 0}, {.pss = true}}}; }

  ProcTree tree_;
};

TEST_F(SlowLaneThread, NothingIsKnownBeforeTheFirstPass) { EXPECT_EQ(start()->latest(), nullptr); }

TEST_F(SlowLaneThread, FirstPassComesAtOnce) {
  tree_.process(10, 500, 40);
  const auto lane = start();
  const auto before = std::chrono::system_clock::now();
  lane->update({{10, ProcTree::start_boottime_ns(500), {1, 0}, {.pss = true}}, {99, 1, {1, 0}, {.pss = true}}});
  const auto pass = lane->wait();
  ASSERT_NE(pass, nullptr);
  ASSERT_NE(pass->find({1, 0}), nullptr);
  EXPECT_EQ(pass->find({1, 0})->pss_bytes, 40U * 1024);
  EXPECT_EQ(pass->processes, 2U);
  EXPECT_EQ(pass->skipped, 1U);
  EXPECT_GE(pass->began, before);
  EXPECT_GT(pass->took.count(), 0);
  EXPECT_EQ(lane->latest(), pass) << "the result stays until the next pass";
}

TEST_F(SlowLaneThread, PassesRepeatWithoutANewList) {
  tree_.process(10, 500, 40);
  const auto lane = start(1ms);
  lane->update(one());
  const auto first = lane->wait();
  tree_.file("10/smaps_rollup", "Pss: 50 kB\n");
  while (lane->latest()->find({1, 0})->pss_bytes != 50U * 1024) std::this_thread::yield();
  EXPECT_EQ(first->find({1, 0})->pss_bytes, 40U * 1024) << "a published result never changes";
}

TEST_F(SlowLaneThread, WhatIsWantedMayChangeAtAnyTime) {
  tree_.process(10, 500, 40);
  tree_.file("10/task/10/wchan", "do_wait");
  const auto lane = start(1ms);
  lane->update(one());
  EXPECT_TRUE(lane->wait()->find({1, 0})->wait_channels.empty());
  lane->update({{10, ProcTree::start_boottime_ns(500), {1, 0}, {.wait_channels = true}}});
  while (lane->latest()->find({1, 0})->wait_channels.empty()) std::this_thread::yield();
  EXPECT_EQ(lane->latest()->find({1, 0})->wait_channels, (procfs::WaitChannels{{"do_wait", 1}}));
  EXPECT_FALSE(lane->latest()->find({1, 0})->pss_bytes);
}

TEST_F(SlowLaneThread, EmptyListIsAPass) {
  const auto lane = start();
  lane->update({});
  EXPECT_TRUE(lane->wait()->groups.empty());
}

TEST_F(SlowLaneThread, BlockedReadBlocksNobody) {
  tree_.process(10, 500, 40);
  tree_.remove("10/stat");
  const std::string path = tree_.fifo("10/stat");
  const auto lane = start();
  lane->update(one());
  UniqueFd writer{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};  // returns when the pass opens the fifo
  ASSERT_TRUE(writer);
  for (int i = 0; i < 1000; ++i) {
    lane->update(one());
    EXPECT_EQ(lane->latest(), nullptr);
  }
  const std::string stat = ProcTree::stat(10, 500);
  ASSERT_EQ(::write(writer.get(), stat.data(), stat.size()), static_cast<ssize_t>(stat.size()));
  lane->update({{10, ProcTree::start_boottime_ns(500), {2, 7}, {.pss = true}}});
  writer = UniqueFd{};
  const auto pass = lane->wait();
  EXPECT_EQ(pass->find({1, 0}), nullptr) << "the process changed its group during the pass";
  ASSERT_NE(pass->find({2, 7}), nullptr);
  EXPECT_EQ(pass->find({2, 7})->pss_bytes, 40U * 1024);
}

TEST_F(SlowLaneThread, EndsSoonAlthoughAReadIsBlocked) {
  tree_.process(10, 500, 40);
  tree_.remove("10/stat");
  const std::string path = tree_.fifo("10/stat");
  auto lane = start();
  lane->update(one());
  const UniqueFd writer{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  ASSERT_TRUE(writer);
  const auto began = std::chrono::steady_clock::now();
  lane.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, kSoon);
}

TEST_F(SlowLaneThread, EndsSoonInTheMiddleOfAPass) {
  tree_.process(10, 500, 40);
  tree_.process(11, 500, 40);
  tree_.remove("11/stat");
  const std::string path = tree_.fifo("11/stat");
  auto lane = BackgroundSampler::start({.procfs = tree_.root(), .cpu_share = 1e-9});
  ASSERT_TRUE(lane);
  std::vector<Target> targets(1'000'000, one().front());  // a second of work, and years of pauses
  targets.front().tgid = 11;
  (*lane)->update(std::move(targets));
  {
    const UniqueFd writer{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  }
  const auto began = std::chrono::steady_clock::now();
  lane->reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, kSoon);
}

}  // namespace
}  // namespace procledger::sampler
