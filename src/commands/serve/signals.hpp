// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <optional>

namespace procledger::commands {

/// SIGTERM, SIGINT and SIGHUP, taken one by one instead of interrupting anything. Made before the first thread, since threads inherit
/// what is blocked. Also ignores SIGPIPE: a client that hangs up is not an event.
class Signals {
 public:
  Signals();

  /// The next of them.
  /// @param patience  absent: for as long as it takes
  /// @return  absent: none came meanwhile
  [[nodiscard]] std::optional<int> wait(std::optional<std::chrono::milliseconds> patience = std::nullopt) const;

 private:
  sigset_t set_{};
};

}  // namespace procledger::commands
