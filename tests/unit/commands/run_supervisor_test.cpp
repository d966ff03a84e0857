// SPDX-License-Identifier: Apache-2.0
// The start of a command, and the end of its supervision.
#include "commands/run/supervisor.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "callback_source.hpp"

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;

class RunSupervision : public testing::Test {
 protected:
  void SetUp() override {
    ::sigprocmask(SIG_SETMASK, nullptr, &mask_);
    ::sigaction(SIGPIPE, nullptr, &pipe_);
    ::sigaction(SIGCHLD, nullptr, &child_);
  }
  void TearDown() override {
    while (signals_ && signals_->next()) {
    }
    ::sigaction(SIGPIPE, &pipe_, nullptr);
    ::sigaction(SIGCHLD, &child_, nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
  }

  void prepare(std::vector<std::string> command) {
    options_.command = std::move(command);
    auto launcher = spawn::Launcher::start(options_.command);
    ASSERT_TRUE(launcher) << launcher.error().message;
    launcher_.emplace(std::move(*launcher));
    auto signals = spawn::CommandSignals::take();
    ASSERT_TRUE(signals) << signals.error().message;
    signals_.emplace(std::move(*signals));
  }

  RunOutcome run() {
    auto outcome = RunSupervisor{options_, source_, *launcher_, *signals_, -1}.run();
    EXPECT_TRUE(outcome) << outcome.error().message;
    return std::move(outcome).value_or(RunOutcome{});
  }

  RunOptions options_;
  std::function<void(int)> on_collect_ = [](int) {};
  CallbackSource source_{[this](int before) { on_collect_(before); }};
  std::optional<spawn::Launcher> launcher_;
  std::optional<spawn::CommandSignals> signals_;

 private:
  sigset_t mask_{};
  struct sigaction pipe_{};
  struct sigaction child_{};
};

TEST_F(RunSupervision, SignalBetweenRunsKeepsTheNextOneFromStarting) {
  prepare({"true"});
  const RunOutcome first = run();
  EXPECT_TRUE(first.run);
  EXPECT_FALSE(first.interrupted);
  ASSERT_EQ(::raise(SIGINT), 0);
  const RunOutcome second = run();
  EXPECT_FALSE(second.run);
  EXPECT_EQ(second.stopped_by, SIGINT);
  EXPECT_TRUE(second.interrupted);
}

TEST_F(RunSupervision, SignalThatAsksForNoEndIsHandedOnLater) {
  prepare({"sleep", "20"});
  ASSERT_EQ(::raise(SIGUSR1), 0);
  const RunOutcome outcome = run();
  ASSERT_TRUE(outcome.run);
  EXPECT_EQ(proctree::ending_signal(outcome.run->status), SIGUSR1);
}

// The timeout passes during the update of the totals, after the command has exited.
TEST_F(RunSupervision, TimeoutDoesNotStrikeACommandThatHasEnded) {
  options_.timeout = 2s;  // more than `true` needs on any machine
  on_collect_ = [](int before) {
    if (before == 1) std::this_thread::sleep_for(2500ms);
  };
  prepare({"true"});
  const RunOutcome outcome = run();
  ASSERT_TRUE(outcome.run);
  EXPECT_EQ(outcome.run->status, 0u);
  EXPECT_FALSE(outcome.run->timed_out);
}

}  // namespace
}  // namespace procledger::commands
