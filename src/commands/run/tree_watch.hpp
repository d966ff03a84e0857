// SPDX-License-Identifier: Apache-2.0
// The process tree of one run and the source that fills it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/event/host.hpp"
#include "core/event/source.hpp"
#include "core/proctree/run_record.hpp"
#include "core/proctree/tree.hpp"

namespace procledger::commands {

/// Owns the tree of one run and drives its source; RunSupervisor calls it. An error of the source does not stop the command: the report
/// shows the first error.
class RunWatch {
 public:
  /// Scans once, so that the tree knows all processes from before the run.
  RunWatch(event::Source& source, bool keep_nodes);

  [[nodiscard]] proctree::Tree& tree() { return tree_; }
  [[nodiscard]] event::Source& source() { return source_; }

  /// Takes the pending records of the source.
  void drain();
  /// Scans all processes.
  void scan();

  /// Scans until the final values of all exited processes are there, for at most 300 ms. The kernel sends them microseconds after the
  /// parent sees the exit, or milliseconds if another task runs on that CPU.
  void settle();

  /// The CPU time of the last scan.
  [[nodiscard]] std::chrono::nanoseconds cost() const { return cost_; }

  /// Fills the source, losses and errors of a finished run.
  void describe(proctree::Run& run);

 private:
  void note(const Result<void>& done);

  event::Source& source_;
  proctree::Tree tree_;
  event::SourceReport before_;
  std::uint64_t heartbeat_{};
  std::chrono::nanoseconds cost_{};
  std::string trouble_;
};

}  // namespace procledger::commands
