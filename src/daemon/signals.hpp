// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace procledger::daemon {

/// SIGTERM, SIGINT and SIGHUP, taken one by one instead of interrupting anything. Made before the first thread, since threads inherit
/// what is blocked. Also ignores SIGPIPE: a client that hangs up is not an event.
class Signals {
 public:
  Signals();

  /// The next of them.
  [[nodiscard]] int wait() const;

 private:
  sigset_t set_{};
};

}  // namespace procledger::daemon
