// SPDX-License-Identifier: Apache-2.0
// The end of a tree that takes too long.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include "commands/run/options.hpp"
#include "commands/run/tree_watch.hpp"

namespace procledger::commands {

/// TERM to everybody who lives when the time is up, and once more to those who were being forked at that moment; later KILL, again and
/// again.
class RunTimeout {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RunTimeout(const RunOptions& options) : timeout_{options.timeout}, kill_after_{options.kill_after} {}

  /// The time begins.
  void start(Clock::time_point now);

  /// When there is something to do next.
  [[nodiscard]] std::optional<Clock::time_point> due() const { return due_; }

  /// Does it.
  /// @param root  the command while it is not reaped
  void act(Clock::time_point now, RunWatch& watch, std::optional<pid_t> root);

  [[nodiscard]] bool timed_out() const { return stage_ != Stage::kRunning; }
  [[nodiscard]] bool killed() const { return stage_ == Stage::kKilling; }
  /// Whether whoever is left will be killed.
  [[nodiscard]] bool will_kill() const { return timed_out() && kill_after_.has_value(); }

 private:
  enum class Stage : std::uint8_t { kRunning, kTerminating, kTerminated, kKilling };

  void signal_all(RunWatch& watch, std::optional<pid_t> root, int signal, bool again);

  std::optional<std::chrono::milliseconds> timeout_;
  std::optional<std::chrono::milliseconds> kill_after_;
  Stage stage_{Stage::kRunning};
  std::optional<Clock::time_point> due_;
  Clock::time_point kill_at_{};
  std::set<std::pair<std::uint32_t, std::uint64_t>> told_;
  std::uint64_t told_until_ns_{};
};

}  // namespace procledger::commands
