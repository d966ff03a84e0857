// SPDX-License-Identifier: Apache-2.0
#include "spawn/helper.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "base/clock.hpp"

namespace procledger::spawn {
namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;

// No library call between the raw clone and exec relies on the thread id that libc remembers.
[[noreturn]] void become(const std::vector<char*>& argv, const sigset_t& mask, int errors) {
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execvp(argv[0], argv.data());
  const int why = errno;
  while (::write(errors, &why, sizeof(why)) < 0 && errno == EINTR) {
  }
  ::_exit(why == ENOENT ? kNotFound : kNotExecutable);
}

// The pipe closes at exec.
std::int64_t exec_outcome(int errors) {
  int why = 0;
  ssize_t got = 0;
  while ((got = ::read(errors, &why, sizeof(why))) < 0 && errno == EINTR) {
  }
  return got == sizeof(why) ? why : 0;
}

Answer launch(const std::vector<char*>& argv, const sigset_t& mask) {
  std::array<int, 2> errors{};
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) return {.pid = -errno};
  Answer answer{.began_ns = static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME))};
  // The same argument order on all architectures, as long as everything behind the flags is 0.
  answer.pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (answer.pid == 0) become(argv, mask, errors[1]);
  if (answer.pid < 0) answer.pid = -errno;
  ::close(errors[1]);
  if (answer.pid > 0) answer.exec_errno = exec_outcome(errors[0]);
  ::close(errors[0]);
  return answer;
}

}  // namespace

// Signals from the terminal are for the command and for our parent, not for this one.
void help(int control, pid_t parent, const char* name, const std::vector<char*>& argv) {
  sigset_t all;
  sigset_t mask;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &mask);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // it ended before that
  ::prctl(PR_SET_NAME, name);
  for (;;) {
    char order = 0;
    const ssize_t got = ::read(control, &order, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) ::_exit(0);
    const Answer answer = launch(argv, mask);
    if (::write(control, &answer, sizeof(answer)) != sizeof(answer)) ::_exit(0);
  }
}

}  // namespace procledger::spawn
