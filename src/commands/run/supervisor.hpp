// SPDX-License-Identifier: Apache-2.0
// One run of the command, from the start of the command until all values are final.
#pragma once

#include <chrono>
#include <optional>

#include "commands/run/options.hpp"
#include "commands/run/timeout.hpp"
#include "commands/run/tree_watch.hpp"
#include "host/spawn/children.hpp"
#include "host/spawn/command_signals.hpp"
#include "host/spawn/launcher.hpp"

namespace procledger::commands {

/// The outcome of one run.
struct RunOutcome {
  std::optional<proctree::Run> run;  ///< absent: the command did not run
  int exec_errno{};                  ///< not 0: the command cannot be executed, for this reason
  std::optional<int> stopped_by;     ///< the command was not started: a terminating signal arrived before
  bool interrupted{};                ///< a terminating signal arrived: start no further run
};

/// Starts the command once, follows its tree through a source, forwards signals, and applies the timeout. Works in one thread. run_tree
/// makes one for each repetition; all of them share the source and the launcher.
class RunSupervisor {
 public:
  /// @param live  the descriptor for lines of live values; -1: keep the values in the run
  RunSupervisor(const RunOptions& options, event::Source& source, spawn::Launcher& launcher, const spawn::CommandSignals& signals,
                int live);

  /// Runs the command to its end.
  /// @error  as Launcher::launch
  [[nodiscard]] Result<RunOutcome> run();

 private:
  using Clock = std::chrono::steady_clock;

  void follow(const spawn::Launched& launched);
  void step();
  [[nodiscard]] bool over();
  [[nodiscard]] int patience_ms(Clock::time_point now) const;
  void take_signals();
  void note_end();
  void scan(Clock::time_point now);
  void sample(Clock::time_point now);
  void reap_orphans();
  [[nodiscard]] proctree::Run describe();

  const RunOptions& options_;
  spawn::Launcher& launcher_;
  const spawn::CommandSignals& signals_;
  int live_;
  RunWatch watch_;
  bool is_subreaper_;  ///< the source reports no forks: this process is a subreaper, to keep orphans
  RunTimeout timeout_;

  pid_t root_{-1};
  UniqueFd root_end_;  ///< pidfd: readable after the root exits
  std::uint64_t began_ns_{};
  std::uint64_t ended_ns_{};
  bool ended_{};            ///< the root exited and is reaped; `status_` is known
  std::uint32_t status_{};  ///< as wait(2) gives it
  spawn::ReapedUsage reaped_;
  spawn::Strangers strangers_;  ///< daemons of earlier runs, which do not count
  bool interrupted_{};
  bool impatient_{};  ///< a terminating signal arrived after the root exited: stop waiting

  Clock::time_point next_scan_{};
  Clock::duration between_scans_{};
  std::chrono::milliseconds between_samples_;
  Clock::time_point next_sample_{Clock::time_point::max()};
  std::vector<proctree::LiveSample> samples_;
  std::optional<proctree::LiveSample> last_sample_;
};

}  // namespace procledger::commands
