// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/wait_channels.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "support/clocks.hpp"
#include "support/own_process_dir.hpp"
#include "support/proc_tree.hpp"

namespace procledger::procfs {
namespace {

using test::ProcTree;

TEST(WaitChannelText, FunctionIsTakenAsItStands) {
  EXPECT_EQ(parse_wait_channel("futex_do_wait"), "futex_do_wait");
  EXPECT_EQ(parse_wait_channel("poll_schedule_timeout.constprop.0"), "poll_schedule_timeout.constprop.0");
  EXPECT_EQ(parse_wait_channel("do_wait\n"), "do_wait");
  EXPECT_EQ(parse_wait_channel("0_or_not"), "0_or_not");
}

TEST(WaitChannelText, RunningIsNoFunction) {
  for (const char* text : {"0", "0\n", "", "\n"}) EXPECT_EQ(parse_wait_channel(text), std::nullopt) << text;
}

TEST(WaitChannelText, HostileTextIsBoundedAndSafe) {
  EXPECT_EQ(parse_wait_channel("a\x01\xff"), "a\\x01\xEF\xBF\xBD");
  const std::string longest(127, 'x');
  EXPECT_EQ(parse_wait_channel(longest), longest);
  EXPECT_EQ(parse_wait_channel(longest + "y").value().size(), 127U);
  EXPECT_NE(parse_wait_channel(longest + "y"), parse_wait_channel(longest + "z"));
}

TEST(WaitChannelCounts, NumberOfFunctionsIsBoundedAndNoThreadIsLost) {
  WaitChannels channels;
  for (std::size_t i = 0; i < kMaxWaitChannels + 3; ++i) add_wait_channel(channels, "f" + std::to_string(i), 2);
  add_wait_channel(channels, "f0", 5);
  EXPECT_EQ(channels.size(), kMaxWaitChannels + 1);
  EXPECT_EQ(channels.at("(other)"), 6U);
  EXPECT_EQ(channels.at("f0"), 7U) << "a known channel is kept";
}

class WaitChannelsOfProcess : public testing::Test {
 protected:
  WaitChannelsOfProcess() { tree_.process(10, 500, 1); }
  void thread(int tid, std::string_view wchan) const { tree_.file("10/task/" + std::to_string(tid) + "/wchan", wchan); }
  [[nodiscard]] Result<WaitChannels> read(const GoOn& go_on = [] { return true; }) const {
    return ProcessDir::open(tree_.root(), 10, ProcTree::start_boottime_ns(500)).and_then([&](const ProcessDir& process) {
      return read_wait_channels(process, go_on);
    });
  }

  ProcTree tree_;
};

TEST_F(WaitChannelsOfProcess, EveryThreadThatSleepsCountsOnce) {
  tree_.file("10/wchan", "do_wait");  // of the main thread again
  thread(10, "do_wait");
  thread(11, "futex_do_wait");
  thread(12, "futex_do_wait");
  thread(13, "0");
  const auto channels = read();
  ASSERT_TRUE(channels) << channels.error().message;
  EXPECT_EQ(*channels, (WaitChannels{{"do_wait", 1}, {"futex_do_wait", 2}}));
}

TEST_F(WaitChannelsOfProcess, ThreadThatIsGoneDoesNotSpoilTheOthers) {
  thread(10, "do_wait");
  tree_.file("10/task/11/stat", "");
  tree_.file("10/task/x/wchan", "no_thread");
  EXPECT_EQ(read(), (WaitChannels{{"do_wait", 1}}));
}

TEST_F(WaitChannelsOfProcess, ProcessWithoutThreadsIsGone) {
  const auto channels = read();
  ASSERT_FALSE(channels);
  EXPECT_EQ(channels.error().kind, ErrorKind::kGone);
}

TEST_F(WaitChannelsOfProcess, WhatCannotBeReadIsAnError) {
  thread(10, "do_wait");
  tree_.file("10/task/11/wchan/x", "");  // a directory
  const auto channels = read();
  ASSERT_FALSE(channels);
  EXPECT_EQ(channels.error().kind, ErrorKind::kIo);
}

TEST_F(WaitChannelsOfProcess, ThreadsThatOutliveTheirLeaderAreFound) {
  tree_.file("10/stat", ProcTree::stat(10, 500, 'Z'));
  tree_.file("10/task/10/stat", ProcTree::stat(10, 500, 'Z'));
  thread(10, "0");
  for (const int tid : {11, 12}) {
    tree_.file("10/task/" + std::to_string(tid) + "/stat", ProcTree::stat(static_cast<std::uint32_t>(tid), 501));
    thread(tid, "futex_do_wait");
  }
  EXPECT_EQ(read(), (WaitChannels{{"futex_do_wait", 2}}));
}

TEST_F(WaitChannelsOfProcess, ManyThreadsAskWhetherToGoOn) {
  for (int tid = 10; tid < 210; ++tid) thread(tid, "do_wait");
  int questions = 0;
  const auto all = read([&] { return ++questions > 0; });
  EXPECT_EQ(all, (WaitChannels{{"do_wait", 200}}));
  EXPECT_GE(questions, 3);
  const auto some = read([] { return false; });
  ASSERT_TRUE(some);
  EXPECT_LT(some->at("do_wait"), 100U);
}

TEST(WaitChannelsOfThisProcess, SleepingThreadIsSeen) {
  const auto process = test::own_process_dir();
  ASSERT_TRUE(process) << process.error().message;
  std::promise<void> end;
  std::thread sleeper{[&end] { end.get_future().wait(); }};
  std::uint64_t asleep = 0;
  const auto until = std::chrono::steady_clock::now() + test::kHangDeadline;
  while (asleep == 0 && std::chrono::steady_clock::now() < until) {
    const auto channels = read_wait_channels(*process, [] { return true; });
    for (const auto& [function, threads] : channels.value_or(WaitChannels{})) {
      EXPECT_GT(function.size(), 2U);
      asleep += threads;
    }
  }
  end.set_value();
  sleeper.join();
  EXPECT_GE(asleep, 1U);
}

}  // namespace
}  // namespace procledger::procfs
