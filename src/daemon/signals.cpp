// SPDX-License-Identifier: Apache-2.0
#include "daemon/signals.hpp"

#include <initializer_list>

namespace procledger::daemon {

Signals::Signals() {
  ::sigemptyset(&set_);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set_, signal);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int Signals::wait() const {
  for (;;) {
    const int signal = ::sigwaitinfo(&set_, nullptr);
    if (signal > 0) return signal;  // else a stop and continue, or a debugger
  }
}

}  // namespace procledger::daemon
