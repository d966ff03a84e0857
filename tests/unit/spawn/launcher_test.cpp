// SPDX-License-Identifier: Apache-2.0
// Signals of a terminal between the decision to start a command and its start.
#include "host/spawn/launcher.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "base/unique_fd.hpp"
#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::spawn {
namespace {

constexpr int kBroken = 100;  ///< the session failed

/// Whether the helper sleeps: then it waits for a command.
bool waits(pid_t helper) {
  const std::string stat = "/proc/" + std::to_string(helper) + "/stat";
  return test::eventually(test::kHangDeadline, [&stat] { return test::read_file(stat).value_or("").find(") S ") != std::string::npos; });
}

/// Types ^C and waits until every process has the signal, without ending this process.
bool interrupt_all(int keyboard) {
  sigset_t interrupt;
  ::sigemptyset(&interrupt);
  ::sigaddset(&interrupt, SIGINT);
  ::sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  if (::write(keyboard, "\x03", 1) != 1) return false;
  const timespec patience{test::kHangDeadline.count(), 0};
  return ::sigtimedwait(&interrupt, nullptr, &patience) == SIGINT;
}

/// @return  the signal that ended the command, or 0
int run_in_session(int keyboard, const std::string& terminal, bool interrupt) {
  ::setsid();
  const UniqueFd slave{::open(terminal.c_str(), O_RDWR)};
  if (!slave || ::ioctl(slave.get(), TIOCSCTTY, 0) != 0) return kBroken;
  auto launcher = Launcher::start({"sleep", interrupt ? "20" : "0"});
  if (!launcher) return kBroken;
  if (!waits(launcher->helper())) return kBroken;
  if (interrupt && !interrupt_all(keyboard)) return kBroken;
  const auto launched = launcher->launch();
  int status = 0;
  if (!launched || launched->exec_errno != 0 || ::waitpid(launched->pid, &status, 0) != launched->pid) return kBroken;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/// Runs in a process in the foreground of its own terminal.
int run_before_terminal(bool interrupt) {
  const UniqueFd keyboard{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  if (!keyboard || ::grantpt(keyboard.get()) != 0 || ::unlockpt(keyboard.get()) != 0) return kBroken;
  const std::string terminal = ::ptsname(keyboard.get());
  const pid_t session = ::fork();
  if (session == 0) ::_exit(run_in_session(keyboard.get(), terminal, interrupt));
  int status = 0;
  return ::waitpid(session, &status, 0) == session && WIFEXITED(status) ? WEXITSTATUS(status) : kBroken;
}

TEST(Launcher, CommandGetsWhatTheTerminalSentBeforeTheFork) { EXPECT_EQ(run_before_terminal(true), SIGINT); }

TEST(Launcher, CommandGetsNothingThatWasNotSent) { EXPECT_EQ(run_before_terminal(false), 0); }

TEST(Launcher, WhatOthersSendToTheHelperIsNotTheCommands) {
  auto launcher = Launcher::start({"true"});
  ASSERT_TRUE(launcher) << launcher.error().message;
  ASSERT_TRUE(waits(launcher->helper()));
  ASSERT_EQ(::kill(launcher->helper(), SIGINT), 0);
  const auto launched = launcher->launch();
  ASSERT_TRUE(launched) << launched.error().message;
  int status = -1;
  ASSERT_EQ(::waitpid(launched->pid, &status, 0), launched->pid);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace procledger::spawn
