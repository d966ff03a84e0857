// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/helper.hpp"

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

// Signals that the keyboard, and the end of a terminal, send to all foreground processes.
constexpr std::array kOfTerminal{SIGINT, SIGQUIT, SIGHUP};

// A signal handler can reach only global variables.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t helper_pid = 0;
std::array<volatile std::sig_atomic_t, kOfTerminal.size()> arrived{};
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

// The helper notes only signals from the kernel: a process that signals the helper does not mean the command. The new process notes all
// signals before its exec.
void note_arrival(int signal, siginfo_t* info, void* /*context*/) {
  if (info->si_code != SI_KERNEL && ::getpid() == helper_pid) return;
  for (std::size_t i = 0; i < kOfTerminal.size(); ++i) {
    if (kOfTerminal[i] == signal) arrived[i] = 1;
  }
}

/// Passes signals of the terminal on to the command if they come before the command exists and so reach only the helper. If a signal comes
/// during a fork, the kernel restarts the fork after the handler has run (kernel/fork.c:copy_process). So `arrived` in the memory of the
/// new process has exactly the signals that the new process missed.
class TerminalSignals {
 public:
  /// Starts to note signals. Ignored signals stay ignored.
  void watch() {
    helper_pid = ::getpid();
    struct sigaction noting{};
    noting.sa_sigaction = note_arrival;
    noting.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigfillset(&noting.sa_mask);
    for (std::size_t i = 0; i < kOfTerminal.size(); ++i) {
      ::sigaction(kOfTerminal[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kOfTerminal[i], &noting, nullptr);
    }
  }

  static void let_in(bool in) {
    sigset_t all;
    ::sigfillset(&all);
    if (in) {
      for (const int signal : kOfTerminal) ::sigdelset(&all, signal);
    }
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
  }

  static void forget() {
    for (volatile std::sig_atomic_t& each : arrived) each = 0;
  }

  /// Sends the missed signals to the new process itself. Call it there, with all signals blocked.
  void hand_over() const {
    for (std::size_t i = 0; i < kOfTerminal.size(); ++i) {
      ::sigaction(kOfTerminal[i], &before_[i], nullptr);
      if (arrived[i] != 0) ::kill(::getpid(), kOfTerminal[i]);
    }
  }

 private:
  std::array<struct sigaction, kOfTerminal.size()> before_{};
};

// No library call between the raw clone and exec may rely on the thread id that libc caches.
[[noreturn]] void become(const std::vector<char*>& argv, const sigset_t& mask, const TerminalSignals& signals, int errors) {
  TerminalSignals::let_in(false);
  signals.hand_over();
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execvp(argv[0], argv.data());
  const int why = errno;
  while (::write(errors, &why, sizeof(why)) < 0 && errno == EINTR) {
  }
  ::_exit(why == ENOENT ? kNotFound : kNotExecutable);
}

// The pipe closes at exec: an empty read means success.
std::int64_t exec_outcome(int errors) {
  int why = 0;
  ssize_t got = 0;
  while ((got = ::read(errors, &why, sizeof(why))) < 0 && errno == EINTR) {
  }
  return got == sizeof(why) ? why : 0;
}

Answer launch(const std::vector<char*>& argv, const sigset_t& mask, const TerminalSignals& signals) {
  std::array<int, 2> errors{};
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) return {.pid = -errno};
  Answer answer{.began_ns = static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME))};
  TerminalSignals::let_in(true);
  // All architectures agree on the order of arguments as long as all arguments after the flags are 0.
  answer.pid = ::syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (answer.pid == 0) become(argv, mask, signals, errors[1]);
  if (answer.pid < 0) answer.pid = -errno;
  TerminalSignals::let_in(false);
  TerminalSignals::forget();
  ::close(errors[1]);
  if (answer.pid > 0) answer.exec_errno = exec_outcome(errors[0]);
  ::close(errors[0]);
  return answer;
}

}  // namespace

// Signals of the terminal are for the command and for the parent, not for the helper, except signals before the command exists.
void help(int control, pid_t parent, const char* name, const std::vector<char*>& argv) {
  sigset_t all;
  sigset_t mask;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &mask);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // the parent exited before the prctl
  ::prctl(PR_SET_NAME, name);
  TerminalSignals signals;
  signals.watch();
  for (;;) {
    char order = 0;
    const ssize_t got = ::read(control, &order, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) ::_exit(0);
    const Answer answer = launch(argv, mask, signals);
    if (::write(control, &answer, sizeof(answer)) != sizeof(answer)) ::_exit(0);
  }
}

}  // namespace procledger::spawn
