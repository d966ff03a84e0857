// SPDX-License-Identifier: Apache-2.0
// The books of one run and the source that fills them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/event/host.hpp"
#include "core/event/source.hpp"
#include "core/proctree/run_record.hpp"
#include "core/proctree/tree.hpp"

namespace procledger::commands {

/// What goes wrong is remembered, and the command goes on: its report says so.
class RunWatch {
 public:
  /// Looks once, so that what there was before is known.
  RunWatch(event::Source& source, bool keep_nodes);

  [[nodiscard]] proctree::Tree& tree() { return tree_; }
  [[nodiscard]] event::Source& source() { return source_; }

  void drain();
  void look();

  /// Looks until the final numbers of all who have ended are there, for a while: they come microseconds after everybody else was told of
  /// the end, or milliseconds where somebody else has that CPU.
  void settle();

  /// CPU time of the last look.
  [[nodiscard]] std::chrono::nanoseconds cost() const { return cost_; }

  /// What can be said once it is over.
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
