// SPDX-License-Identifier: Apache-2.0
#include "spawn/children.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace procledger::spawn {
namespace {

// Ends when it has used that much CPU time.
pid_t fork_burner(std::uint64_t ms) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  timespec used{};
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (static_cast<std::uint64_t>(used.tv_sec) * 1000 + static_cast<std::uint64_t>(used.tv_nsec) / 1'000'000 < ms);
  ::_exit(0);
}

void wait_unreaped(pid_t pid) {
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
}

bool is_reaped(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(Children, StrangersAreReapedIntoNothing) {
  const pid_t stranger = fork_burner(100);
  std::set<pid_t> strangers = children();
  EXPECT_TRUE(strangers.contains(stranger));
  const pid_t own = fork_burner(30);
  wait_unreaped(stranger);
  wait_unreaped(own);
  ReapedUsage sum;
  reap_others(-1, -1, strangers, sum);
  EXPECT_TRUE(is_reaped(stranger));
  EXPECT_TRUE(is_reaped(own));
  EXPECT_GE(sum.total.cpu_ns, 25'000'000u);
  EXPECT_LT(sum.total.cpu_ns, 90'000'000u);
  EXPECT_FALSE(strangers.contains(stranger)) << "its number may be somebody else's now";
}

TEST(Children, WhoIsSparedIsNotReaped) {
  const pid_t spared = fork_burner(0);
  wait_unreaped(spared);
  std::set<pid_t> strangers;
  ReapedUsage sum;
  reap_others(spared, -1, strangers, sum);
  EXPECT_EQ(ended(spared), 0u);
  reap(spared, sum);
  EXPECT_TRUE(is_reaped(spared));
}

}  // namespace
}  // namespace procledger::spawn
