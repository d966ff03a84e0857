// SPDX-License-Identifier: Apache-2.0
// Signals that this program gets while a command runs.
#pragma once

#include <csignal>
#include <optional>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace procledger::spawn {

struct Received {
  int signal{};
  bool from_terminal{};  ///< or else from the kernel: whoever shares our terminal has got it, too
};

/// Whether who sends it wants an end.
[[nodiscard]] constexpr bool asks_for_end(int signal) { return signal != SIGUSR1 && signal != SIGUSR2; }

/// Takes INT, QUIT, TERM, HUP, USR1 and USR2 one by one, as far as they were not ignored before. Stopping and continuing is as ever.
/// Ignores PIPE; has children reaped by us alone.
class CommandSignals {
 public:
  [[nodiscard]] static Result<CommandSignals> take();

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< readable when there is one
  [[nodiscard]] std::optional<Received> next() const;

  /// One that waits to be received and asks for an end; it stays there.
  [[nodiscard]] std::optional<int> pending_end() const;

 private:
  explicit CommandSignals(UniqueFd fd) : fd_{std::move(fd)} {}
  UniqueFd fd_;
};

}  // namespace procledger::spawn
