// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.hpp"

#include <gtest/gtest.h>

namespace procledger::collector {
namespace {

using namespace std::chrono_literals;
using Change = Heartbeat::Change;

TEST(SourceHeartbeat, SilenceForAsLongAsPatienceLastsIsNoLoss) {
  Heartbeat heartbeat{2s, 5, {}};
  EXPECT_EQ(heartbeat.observe(5, Heartbeat::Time{1s}), Change::kNone);
  EXPECT_EQ(heartbeat.observe(6, Heartbeat::Time{1999ms}), Change::kNone);
  EXPECT_EQ(heartbeat.observe(6, Heartbeat::Time{3998ms}), Change::kNone);
  EXPECT_TRUE(heartbeat.alive());
}

TEST(SourceHeartbeat, LossIsReportedOnce) {
  Heartbeat heartbeat{2s, 5, {}};
  EXPECT_EQ(heartbeat.observe(5, Heartbeat::Time{2s}), Change::kLost);
  EXPECT_FALSE(heartbeat.alive());
  EXPECT_EQ(heartbeat.observe(5, Heartbeat::Time{3s}), Change::kNone);
}

TEST(SourceHeartbeat, RisingAgainIsRecovery) {
  Heartbeat heartbeat{2s, 5, {}};
  heartbeat.observe(5, Heartbeat::Time{9s});
  EXPECT_EQ(heartbeat.observe(6, Heartbeat::Time{10s}), Change::kRecovered);
  EXPECT_TRUE(heartbeat.alive());
  EXPECT_EQ(heartbeat.observe(6, Heartbeat::Time{11s}), Change::kNone);
  EXPECT_EQ(heartbeat.observe(6, Heartbeat::Time{12s}), Change::kLost);
}

TEST(SourceHeartbeat, LateCheckOfALivingSourceIsNoLoss) {
  Heartbeat heartbeat{2s, 5, {}};
  EXPECT_EQ(heartbeat.observe(900, Heartbeat::Time{60s}), Change::kNone);
}

}  // namespace
}  // namespace procledger::collector
