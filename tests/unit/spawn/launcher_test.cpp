// SPDX-License-Identifier: Apache-2.0
// Signals of a terminal that come when it was decided to start a command and before there is one.
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

namespace procledger::spawn {
namespace {

constexpr int kBroken = 100;  ///< a session that could not do what it should

/// Types ^C, waits until everybody has got it, and keeps it from ending this process.
bool interrupt_all(int keyboard) {
  sigset_t interrupt;
  ::sigemptyset(&interrupt);
  ::sigaddset(&interrupt, SIGINT);
  ::sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  if (::write(keyboard, "\x03", 1) != 1) return false;
  const timespec patience{10, 0};
  return ::sigtimedwait(&interrupt, nullptr, &patience) == SIGINT;
}

/// @return  the signal that ended the command, 0 if none did
int run_in_session(int keyboard, const std::string& terminal, bool interrupt) {
  ::setsid();
  const UniqueFd slave{::open(terminal.c_str(), O_RDWR)};
  if (!slave || ::ioctl(slave.get(), TIOCSCTTY, 0) != 0) return kBroken;
  auto launcher = Launcher::start({"sleep", interrupt ? "20" : "0"});
  if (!launcher) return kBroken;
  ::usleep(50'000);  // the helper is at its work
  if (interrupt && !interrupt_all(keyboard)) return kBroken;
  const auto launched = launcher->launch();
  int status = 0;
  if (!launched || launched->exec_errno != 0 || ::waitpid(launched->pid, &status, 0) != launched->pid) return kBroken;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/// In a process that is in front of a terminal of its own.
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
  ::usleep(50'000);
  ASSERT_EQ(::kill(launcher->helper(), SIGINT), 0);
  const auto launched = launcher->launch();
  ASSERT_TRUE(launched) << launched.error().message;
  int status = -1;
  ASSERT_EQ(::waitpid(launched->pid, &status, 0), launched->pid);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace procledger::spawn
