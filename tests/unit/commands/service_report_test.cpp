// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/sd_notify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/notify_listener.hpp"

namespace procledger::commands {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::StartsWith;

class Service : public testing::Test {
 protected:
  ServiceReport report(std::optional<seconds> watchdog = seconds{8}) { return ServiceReport{NotifySocket{manager_.path(), watchdog}}; }
  [[nodiscard]] ServiceReport::Health well() const { return {.trouble = {}, .last_turn = now_}; }
  [[nodiscard]] ServiceReport::Health ill(std::string trouble) const { return {.trouble = std::move(trouble), .last_turn = now_}; }

  test::NotifyListener manager_;
  ServiceReport::Clock::time_point now_{std::chrono::hours{1}};
};

TEST_F(Service, ReadyIsSaidOnceAndWithTheFirstSnapshot) {
  ServiceReport report = this->report(std::nullopt);
  report.update(ill("the first collection has not finished yet"), now_);
  report.update(well(), now_);
  report.update(well(), now_);
  EXPECT_THAT(manager_.lines(), ElementsAre("STATUS=the first collection has not finished yet", "READY=1", "STATUS=collecting"));
}

TEST_F(Service, WhatDidNotArriveIsSaidAgain) {
  ServiceReport report = this->report(std::nullopt);
  const std::string path = manager_.path();
  const std::string away = path + ".away";
  ASSERT_EQ(std::rename(path.c_str(), away.c_str()), 0);
  report.update(well(), now_);
  EXPECT_EQ(report.pause(), milliseconds{50}) << "not ready before the service manager was notified";
  ASSERT_EQ(std::rename(away.c_str(), path.c_str()), 0);
  report.update(well(), now_);
  EXPECT_THAT(manager_.lines(), ElementsAre("READY=1", "STATUS=collecting"));
  ASSERT_EQ(std::rename(path.c_str(), away.c_str()), 0);
  report.reloaded("");
  ASSERT_EQ(std::rename(away.c_str(), path.c_str()), 0);
  report.update(well(), now_);
  report.update(well(), now_);
  EXPECT_EQ(manager_.count("READY=1"), 2U);
}

TEST_F(Service, EachUpdateOfAHealthyCollectorIsASignOfLife) {
  ServiceReport report = this->report();
  for (int i = 0; i < 3; ++i) report.update(well(), now_);
  EXPECT_EQ(manager_.count("WATCHDOG=1"), 3U);
}

TEST_F(Service, AThreadThatDoesNotMoveIsNoSignOfLife) {
  ServiceReport report = this->report();
  report.update(well(), now_);
  report.update(well(), now_ + milliseconds{3999});
  report.update(well(), now_ + seconds{4});
  EXPECT_EQ(manager_.count("WATCHDOG=1"), 2U);
}

TEST_F(Service, AFailedCollectionIsNoSignOfLifeAndIsReported) {
  ServiceReport report = this->report();
  report.update(well(), now_);
  report.update(ill("the last collection failed: no\nmore"), now_);
  EXPECT_EQ(manager_.count("WATCHDOG=1"), 1U);
  EXPECT_EQ(manager_.lines().back(), "STATUS=the last collection failed: no");
  report.update(well(), now_);
  EXPECT_EQ(manager_.count("WATCHDOG=1"), 2U);
  EXPECT_EQ(manager_.lines().back(), "STATUS=collecting");
}

TEST_F(Service, AReloadIsBracketedAndItsTroubleStaysInTheStatus) {
  ServiceReport report = this->report(std::nullopt);
  report.update(well(), now_);
  report.reloading();
  report.reloaded("a.yaml:1:1: unknown key\na.yaml:2:1: unknown key");
  report.update(well(), now_);
  const std::string trouble = "STATUS=collecting with the previous configuration; the new one: a.yaml:1:1: unknown key";
  EXPECT_THAT(manager_.lines(), ElementsAre("READY=1", "STATUS=collecting", "RELOADING=1", StartsWith("MONOTONIC_USEC="),
                                            "STATUS=reloading the configuration", "READY=1", trouble));
  report.reloading();
  report.reloaded("");
  EXPECT_EQ(manager_.lines().back(), "STATUS=collecting");
}

TEST_F(Service, AReloadBeforeTheFirstSnapshotDoesNotMakeItReady) {
  ServiceReport report = this->report();
  report.reloading();
  report.reloaded("");
  EXPECT_THAT(manager_.lines(), ElementsAre());
}

TEST_F(Service, ThePauseFollowsTheWatchdog) {
  ServiceReport report = this->report(seconds{8});
  EXPECT_EQ(report.pause(), milliseconds{50});
  report.update(well(), now_);
  EXPECT_EQ(report.pause(), seconds{2});
}

TEST(ServiceAlone, WithoutASocketThereIsNothingToDo) {
  for (const std::string name : {"", "relative", "@", "vsock:2:1234"}) {
    ServiceReport report{NotifySocket{name, seconds{8}}};
    report.update({}, {});
    EXPECT_EQ(report.pause(), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace procledger::commands
