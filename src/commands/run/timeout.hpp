// SPDX-License-Identifier: Apache-2.0
// The timeout of a run.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include "commands/run/options.hpp"
#include "commands/run/tree_watch.hpp"

namespace procledger::commands {

/// Ends a tree after --timeout: sends TERM to every living process, and 20 ms later to processes that were being forked at that moment.
/// After --kill-after sends KILL until no process is left. RunSupervisor calls `act` when `due` says so.
class RunTimeout {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RunTimeout(const RunOptions& options) : timeout_{options.timeout}, kill_after_{options.kill_after} {}

  /// Starts the clock.
  void start(Clock::time_point now);

  /// The time of the next `act`; absent: nothing to do.
  [[nodiscard]] std::optional<Clock::time_point> due() const { return due_; }

  /// Sends the signals that are due.
  /// @param root  the command, as long as it is not reaped
  void act(Clock::time_point now, RunWatch& watch, std::optional<pid_t> root);

  [[nodiscard]] bool timed_out() const { return stage_ != Stage::kRunning; }
  [[nodiscard]] bool killed() const { return stage_ == Stage::kKilling; }
  /// The timeout has passed, and KILL follows for the processes that are left.
  [[nodiscard]] bool will_kill() const { return timed_out() && kill_after_.has_value(); }

 private:
  enum class Stage : std::uint8_t { kRunning, kTerminating, kTerminated, kKilling };

  void signal_all(RunWatch& watch, std::optional<pid_t> root, int signal, bool again);

  std::optional<std::chrono::milliseconds> timeout_;
  std::optional<std::chrono::milliseconds> kill_after_;
  Stage stage_{Stage::kRunning};
  std::optional<Clock::time_point> due_;
  Clock::time_point kill_at_{};
  std::set<std::pair<std::uint32_t, std::uint64_t>> reported_;
  std::uint64_t reported_until_ns_{};
};

}  // namespace procledger::commands
