// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/children.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>

namespace procledger::spawn {
namespace {

// Forks a child that exits after using this much CPU time.
pid_t fork_burner(std::uint64_t ms) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  timespec used{};
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (static_cast<std::uint64_t>(used.tv_sec) * 1000 + static_cast<std::uint64_t>(used.tv_nsec) / 1'000'000 < ms);
  ::_exit(0);
}

enum class Session : std::uint8_t { kAtOnce, kOnRequest };

// Reports that it runs, waits, forks, reports the PID of the child, and exits. Begins its own session before the report or after the wait.
[[noreturn]] void leave_an_orphan_on_request(int control, Session session) {
  const pid_t pid = ::getpid();
  char go{};
  if (session == Session::kAtOnce) ::setsid();
  if (::write(control, &pid, sizeof(pid)) < 0 || ::read(control, &go, 1) < 0) ::_exit(1);
  if (session == Session::kOnRequest) ::setsid();
  const pid_t orphan = ::fork();
  if (orphan == 0) ::_exit(0);
  ::_exit(::write(control, &orphan, sizeof(orphan)) < 0 ? 1 : 0);
}

void wait_unreaped(pid_t pid) {
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
}

bool is_reaped(pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(Children, StrangersAreReapedIntoNothing) {
  const pid_t stranger = fork_burner(100);
  Strangers strangers = Strangers::present();
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
  EXPECT_FALSE(strangers.contains(stranger)) << "another process may have the PID now";
}

class DaemonOfAnEarlierRun : public testing::TestWithParam<Session> {};

// A daemon of an earlier run, and an orphan that the daemon leaves in a later run.
TEST_P(DaemonOfAnEarlierRun, LeavesWhatIsAsStrangeAsItself) {
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pipe.data()), 0);
  const pid_t daemon = ::fork();
  if (daemon == 0) leave_an_orphan_on_request(pipe[1], GetParam());
  pid_t reported = 0;
  ASSERT_EQ(::read(pipe[0], &reported, sizeof(reported)), static_cast<ssize_t>(sizeof(reported)));
  Strangers strangers = Strangers::present();
  ASSERT_EQ(::write(pipe[0], "", 1), 1);
  ASSERT_EQ(::read(pipe[0], &reported, sizeof(reported)), static_cast<ssize_t>(sizeof(reported)));
  wait_unreaped(daemon);
  wait_unreaped(reported);
  const pid_t own = fork_burner(0);
  EXPECT_TRUE(strangers.contains(daemon));
  EXPECT_TRUE(strangers.contains(reported));
  EXPECT_FALSE(strangers.contains(own));
  strangers.note_end(daemon);
  ReapedUsage ignored;
  reap(daemon, ignored);
  EXPECT_TRUE(strangers.contains(reported)) << "the session outlives the daemon";
  for (const pid_t each : {reported, own}) reap(each, ignored);
  for (const int end : pipe) ::close(end);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

INSTANTIATE_TEST_SUITE_P(Sessions, DaemonOfAnEarlierRun, testing::Values(Session::kAtOnce, Session::kOnRequest));

TEST(Children, WhoIsSparedIsNotReaped) {
  const pid_t spared = fork_burner(0);
  wait_unreaped(spared);
  Strangers strangers;
  ReapedUsage sum;
  reap_others(spared, -1, strangers, sum);
  EXPECT_EQ(ended(spared), 0u);
  reap(spared, sum);
  EXPECT_TRUE(is_reaped(spared));
}

}  // namespace
}  // namespace procledger::spawn
