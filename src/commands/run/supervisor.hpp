// SPDX-License-Identifier: Apache-2.0
// One run of the command, from its start to the moment when its figures are final. One thread does it all.
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

struct RunOutcome {
  std::optional<proctree::Run> run;  ///< absent: the command did not run
  int exec_errno{};                  ///< it could not be executed: why
  std::optional<int> stopped_by;     ///< or was not started: the signal that asked for an end before
  bool interrupted{};                ///< somebody wants an end
};

class RunSupervisor {
 public:
  /// @param live  descriptor to which lines of live figures go; -1: into the run
  RunSupervisor(const RunOptions& options, event::Source& source, spawn::Launcher& launcher, const spawn::CommandSignals& signals,
                int live);

  [[nodiscard]] Result<RunOutcome> run();

 private:
  using Clock = std::chrono::steady_clock;

  void follow(const spawn::Launched& launched);
  void step();
  [[nodiscard]] bool over();
  [[nodiscard]] int patience_ms(Clock::time_point now) const;
  void take_signals();
  void note_end();
  void look(Clock::time_point now);
  void sample(Clock::time_point now);
  void reap_orphans();
  [[nodiscard]] proctree::Run describe();

  const RunOptions& options_;
  spawn::Launcher& launcher_;
  const spawn::CommandSignals& signals_;
  int live_;
  RunWatch watch_;
  bool takes_orphans_;  ///< nobody tells of forks: whoever loses its parent would be lost
  RunTimeout timeout_;

  pid_t root_{-1};
  UniqueFd root_end_;  ///< readable once it has ended
  std::uint64_t began_ns_{};
  std::uint64_t ended_ns_{};
  bool ended_{};            ///< and reaped; the root's status is known
  std::uint32_t status_{};  ///< as wait(2) gives it
  spawn::ReapedUsage reaped_;
  spawn::Strangers strangers_;  ///< daemons of earlier runs
  bool interrupted_{};
  bool impatient_{};  ///< nobody is to be waited for any longer

  Clock::time_point next_look_{};
  Clock::duration between_looks_{};
  std::chrono::milliseconds between_samples_;
  Clock::time_point next_sample_{Clock::time_point::max()};
  std::vector<proctree::Glance> glances_;
  std::optional<proctree::Glance> last_glance_;
};

}  // namespace procledger::commands
