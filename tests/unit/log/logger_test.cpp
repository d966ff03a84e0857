// SPDX-License-Identifier: Apache-2.0
#include "base/log/logger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace procledger::log {
namespace {

using std::chrono::seconds;

TEST(LogLimiter, FirstPassesAndTheRestOfTheMinuteDoesNot) {
  Limiter limiter;
  const Limiter::Time start{};
  EXPECT_EQ(limiter.admit("a", start), 0U);
  EXPECT_FALSE(limiter.admit("a", start + seconds{1}));
  EXPECT_FALSE(limiter.admit("a", start + seconds{59}));
  EXPECT_EQ(limiter.admit("a", start + seconds{60}), 2U);
  EXPECT_FALSE(limiter.admit("a", start + seconds{61}));
  EXPECT_EQ(limiter.admit("a", start + seconds{300}), 1U) << "counted since the last admitted line";
}

TEST(LogLimiter, KeysDoNotShareAMinute) {
  Limiter limiter;
  EXPECT_TRUE(limiter.admit("a", {}));
  EXPECT_TRUE(limiter.admit("b", {}));
}

class LoggerLines : public testing::Test {
 protected:
  Logger make(Level level) {
    return {level,
            Format::kLogfmt,
            [this](std::string_view line) { lines_.emplace_back(line); },
            {.wall = [] { return std::chrono::system_clock::time_point{}; }, .steady = [this] { return now_; }}};
  }

  Limiter::Time now_{};
  std::vector<std::string> lines_;
};

TEST_F(LoggerLines, LowerLevelsAreNotWritten) {
  Logger log = make(Level::kWarn);
  log.debug("a");
  log.info("b");
  log.warn("c");
  log.error("d", {{"why", "because"}});
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(lines_[0], "ts=1970-01-01T00:00:00.000Z level=warn event=c");
  EXPECT_EQ(lines_[1], "ts=1970-01-01T00:00:00.000Z level=error event=d why=because");
}

TEST_F(LoggerLines, LimitedEventShowsHowManyWereLeftOut) {
  Logger log = make(Level::kInfo);
  for (int i = 0; i < 5; ++i) log.log_limited(Level::kError, "lost", {{"n", i}});
  now_ += std::chrono::minutes{1};
  log.log_limited(Level::kError, "lost", {{"n", 5}});
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(lines_[0], "ts=1970-01-01T00:00:00.000Z level=error event=lost n=0");
  EXPECT_EQ(lines_[1], "ts=1970-01-01T00:00:00.000Z level=error event=lost n=5 suppressed=4");
}

TEST(LogFile, LinesAreAppendedAtOnce) {
  const test::TempDir dir;
  const auto path = dir.path() / "log";
  ASSERT_TRUE(test::write_file(path, "before\n"));
  const auto log = open_logger({.level = Level::kInfo, .format = Format::kJson, .files = {path}});
  ASSERT_TRUE(log) << log.error().message;
  (*log)->info("one");
  const auto text = test::read_file(path);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("before\n{\"ts\":\""), 0U) << *text;
  EXPECT_NE(text->find("\"event\":\"one\"}\n"), std::string::npos) << *text;
}

TEST(LogFile, ReopenedAfterItWasMovedAwayItIsANewOne) {
  const test::TempDir dir;
  const auto path = dir.path() / "log";
  const auto moved = dir.path() / "log.1";
  const auto log = open_logger({.level = Level::kInfo, .format = Format::kLogfmt, .files = {path}});
  ASSERT_TRUE(log) << log.error().message;
  (*log)->info("one");
  std::filesystem::rename(path, moved);
  (*log)->info("two");
  ASSERT_TRUE((*log)->reopen());
  (*log)->info("three");
  const std::string before = test::read_file(moved).value_or("");
  const std::string after = test::read_file(path).value_or("");
  EXPECT_NE(before.find("event=two\n"), std::string::npos) << before;
  EXPECT_EQ(before.find("event=three"), std::string::npos) << before;
  EXPECT_TRUE(after.starts_with("ts=") && after.ends_with("event=three\n")) << after;
}

TEST(LogFile, EachOfSeveralHasEveryLineBeforeAndAfterTheyAreReopened) {
  const test::TempDir dir;
  const std::string one = dir.path() / "one";
  const std::string other = dir.path() / "other";
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  {
    const auto log =
        open_logger({.level = Level::kInfo, .format = Format::kLogfmt, .files = {one, std::string{kStdout}, other, std::string{kStderr}}});
    ASSERT_TRUE(log) << log.error().message;
    (*log)->info("first");
    std::filesystem::rename(one, one + ".1");
    ASSERT_TRUE((*log)->reopen());
    (*log)->info("second");
  }
  for (const std::string& whole :
       {testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr(), test::read_file(other).value_or(""),
        test::read_file(one + ".1").value_or("") + test::read_file(one).value_or("")}) {
    EXPECT_EQ(std::count(whole.begin(), whole.end(), '\n'), 2) << whole;
    EXPECT_NE(whole.find("event=first\n"), std::string::npos) << whole;
    EXPECT_TRUE(whole.ends_with("event=second\n")) << whole;
  }
}

TEST(LogFile, OneThatCannotBeReopenedLeavesAllAsTheyWere) {
  const test::TempDir dir;
  const std::string stays = dir.path() / "log";
  const std::filesystem::path place = dir.path() / "place";
  std::filesystem::create_directory(place);
  const auto log = open_logger({.level = Level::kInfo, .format = Format::kLogfmt, .files = {stays, place / "log"}});
  ASSERT_TRUE(log) << log.error().message;
  std::filesystem::rename(place, dir.path() / "gone");
  EXPECT_FALSE((*log)->reopen());
  (*log)->info("after");
  for (const std::filesystem::path& file : {std::filesystem::path{stays}, dir.path() / "gone" / "log"}) {
    EXPECT_TRUE(test::read_file(file).value_or("").ends_with("event=after\n")) << file;
  }
}

TEST(LogFile, UnwritableFileIsAnErrorWithItsName) {
  const auto log = open_logger({.level = Level::kInfo, .format = Format::kLogfmt, .files = {"/nonexistent/dir/log"}});
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find("/nonexistent/dir/log"), std::string::npos) << log.error().message;
}

}  // namespace
}  // namespace procledger::log
