// SPDX-License-Identifier: Apache-2.0
// Receives the signals that this program gets while a command runs.
#pragma once

#include <csignal>
#include <optional>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::spawn {

/// One received signal.
struct Received {
  int signal{};
  bool from_terminal{};  ///< sent by the kernel, normally for the terminal: all foreground processes got the signal, too
};

/// Whether the signal asks the command to end.
[[nodiscard]] constexpr bool asks_for_end(int signal) { return signal != SIGUSR1 && signal != SIGUSR2; }

/// Receives INT, QUIT, TERM, HUP, USR1 and USR2 one by one, except signals that were ignored before. Signals that stop or continue a
/// process work as usual. Ignores PIPE, and resets CHLD so that only this process reaps its children. The `run` command owns one.
class CommandSignals {
 public:
  [[nodiscard]] static Result<CommandSignals> take();

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< readable when a signal is pending
  [[nodiscard]] std::optional<Received> next() const;

  /// A pending signal that asks for an end. The signal stays pending.
  [[nodiscard]] std::optional<int> pending_end() const;

 private:
  explicit CommandSignals(UniqueFd fd) : fd_{std::move(fd)} {}
  UniqueFd fd_;
};

}  // namespace procledger::spawn
