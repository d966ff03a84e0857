// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/signals.hpp"

#include <cerrno>
#include <ctime>
#include <initializer_list>

namespace procledger::commands {

Signals::Signals() {
  ::sigemptyset(&set_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set_, signal);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::optional<int> Signals::wait(std::optional<std::chrono::milliseconds> patience) const {
  for (;;) {
    int signal = 0;
    if (patience) {
      const timespec limit{.tv_sec = patience->count() / 1000, .tv_nsec = patience->count() % 1000 * 1'000'000};
      signal = ::sigtimedwait(&set_, nullptr, &limit);
    } else {
      signal = ::sigwaitinfo(&set_, nullptr);
    }
    if (signal > 0) return signal;
    if (errno == EAGAIN) return std::nullopt;  // else a stop and continue, or a debugger
  }
}

}  // namespace procledger::commands
