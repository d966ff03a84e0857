// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/command_signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace procledger::spawn {
namespace {

constexpr std::array kTaken{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};

// Such a signal must not be blocked: the kernel discards an ignored signal, but keeps it pending while it is blocked
// (kernel/signal.c:sig_ignored).
bool is_ignored(int signal) {
  struct sigaction action{};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Result<CommandSignals> CommandSignals::take() {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (const int signal : kTaken) {
    if (!is_ignored(signal)) ::sigaddset(&taken, signal);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);  // the parent may have passed on an ignored SIGCHLD: then the kernel would reap the command itself
  ::sigprocmask(SIG_BLOCK, &taken, nullptr);
  UniqueFd fd{::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!fd) return tl::unexpected{system_error("signalfd", errno)};
  return CommandSignals{std::move(fd)};
}

std::optional<Received> CommandSignals::next() const {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof(info)) != sizeof(info)) return std::nullopt;
  return Received{.signal = static_cast<int>(info.ssi_signo), .from_terminal = info.ssi_code == SI_KERNEL};
}

// An ignored signal can be pending only if the parent of this program had blocked the signal. Such a signal does not ask for an end.
std::optional<int> CommandSignals::pending_end() const {
  sigset_t pending;
  ::sigpending(&pending);
  for (const int signal : kTaken) {
    if (asks_for_end(signal) && ::sigismember(&pending, signal) == 1 && !is_ignored(signal)) return signal;
  }
  return std::nullopt;
}

}  // namespace procledger::spawn
