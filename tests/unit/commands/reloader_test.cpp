// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/reloader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "support/files.hpp"

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;

class ReloaderTest : public testing::Test {
 protected:
  ReloaderTest() { write("collect: {interval: 1s}\n"); }

  [[nodiscard]] std::string file() const { return directory_.path() / "c.yaml"; }
  void write(std::string_view text) { ASSERT_TRUE(test::write_file(file(), text)); }

  void connect() {
    reloader_.connect(
        {.adopt = [this](const collector::Rules& rules) { intervals_.push_back(rules.interval); }, .refuse = [this] { ++refusals_; }});
  }
  [[nodiscard]] long lines_with(std::string_view text) const {
    return std::ranges::count_if(lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

  std::vector<std::chrono::nanoseconds> intervals_;  ///< of adopted configurations
  int refusals_{};
  std::mutex mutex_;
  std::vector<std::string> lines_;

 private:
  CollectOptions options() {
    CollectOptions options;
    options.config_file = file();
    return options;
  }

  test::TempDir directory_;
  log::Logger log_{log::Level::kInfo, log::Format::kLogfmt, [this](std::string_view line) {
                     const std::lock_guard lock{mutex_};
                     lines_.emplace_back(line);
                   }};

 protected:
  Reloader reloader_{options(), log_};
};

TEST_F(ReloaderTest, NothingIsReadBeforeSomebodyIsThereToTakeIt) {
  const auto done = reloader_.reload();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the daemon is still starting; reload when /-/ready answers 200");
  EXPECT_EQ(lines_.size(), 0U);
}

TEST_F(ReloaderTest, GoodFileIsAdoptedOnce) {
  connect();
  ASSERT_TRUE(reloader_.reload());
  EXPECT_EQ(intervals_, std::vector<std::chrono::nanoseconds>{1s});
  EXPECT_EQ(refusals_, 0);
  EXPECT_EQ(lines_with("event=reloaded"), 1);
}

TEST_F(ReloaderTest, FileIsReadAnewEachTime) {
  connect();
  ASSERT_TRUE(reloader_.reload());
  write("collect: {interval: 2s}\n");
  ASSERT_TRUE(reloader_.reload());
  EXPECT_EQ(intervals_, (std::vector<std::chrono::nanoseconds>{1s, 2s}));
}

TEST_F(ReloaderTest, BrokenFileIsRefusedOnceAndNeverAdopted) {
  connect();
  write("collect: {interval: 1}\nlimits: {groups: 0}\n");
  const auto done = reloader_.reload();
  ASSERT_FALSE(done);
  EXPECT_EQ(intervals_.size(), 0U);
  EXPECT_EQ(refusals_, 1);
  EXPECT_EQ(lines_with("event=reload_failed problem=\"" + file() + ":1:21: error: collect.interval"), 1);
  EXPECT_EQ(lines_with("event=reload_failed problem=\"" + file() + ":2:18: error: limits.groups"), 1);
  EXPECT_EQ(lines_.size(), 2U);
  EXPECT_NE(done.error().message.find(":2:18: error: limits.groups"), std::string::npos);
}

TEST_F(ReloaderTest, ThatTheFileIsGoneIsARefusal) {
  connect();
  ASSERT_EQ(std::remove(file().c_str()), 0);
  EXPECT_FALSE(reloader_.reload());
  EXPECT_EQ(refusals_, 1);
  EXPECT_EQ(intervals_.size(), 0U);
}

// A generated file may have thousands of errors. The caller gets all errors, the log a sample.
TEST_F(ReloaderTest, LogIsBounded) {
  connect();
  std::string text;
  for (int i = 0; i < 100; ++i) text += "wrong" + std::to_string(i) + ": 1\n";
  write(text);
  const auto done = reloader_.reload();
  ASSERT_FALSE(done);
  EXPECT_GE(test::words(done.error().message, "\n").size(), 21U);
  EXPECT_EQ(lines_.size(), 21U);
  EXPECT_EQ(lines_with("more problems; procledger check-config shows all"), 1);
}

TEST_F(ReloaderTest, WarningsAreLoggedAndAdopted) {
  connect();
  write("groups:\n  - {name: all}\n  - {name: never, match: {comm: a}}\n");
  ASSERT_TRUE(reloader_.reload());
  EXPECT_EQ(intervals_.size(), 1U);
  EXPECT_EQ(lines_with("level=warn event=config_warning"), 1) << lines_.front();
}

TEST_F(ReloaderTest, ThreadsTakeTurns) {
  connect();  // its vector is not safe for two threads
  constexpr int kEach = 50;
  const auto reload = [this] {
    for (int i = 0; i < kEach; ++i) EXPECT_TRUE(reloader_.reload());
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(reload);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(intervals_.size(), 4U * kEach);
}

}  // namespace
}  // namespace procledger::commands
