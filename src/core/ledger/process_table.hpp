// SPDX-License-Identifier: Apache-2.0
// Processes that the ledger follows, and those it remembers, found by handle although handles are reused within seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/process.hpp"
#include "core/ledger/tombstones.hpp"

namespace procledger::ledger {

using ProcessPtr = std::shared_ptr<Process>;

class ProcessTable {
 public:
  explicit ProcessTable(std::size_t max_tombstones) : dead_{max_tombstones} {}

  struct Lookup {
    ProcessPtr process;        ///< the process that `seen` belongs to, if it is followed
    DeadProcess* tombstone{};  ///< else, if it is remembered
    bool leader_met{};         ///< `process` was known by its threads only until now
    ProcessPtr superseded;     ///< followed under the same handle but older than `seen`: its end was missed
  };

  /// Whom an observation belongs to. An observation that names its process's birth for the first time settles it.
  [[nodiscard]] Lookup find(const event::Observation& seen);

  /// The process that is dead and remembered under this id and was born no later than `born_before_ns`.
  [[nodiscard]] const DeadProcess* find_dead(event::ProcessId id, std::uint64_t born_before_ns) const;

  /// The followed process with this id, if any: for references that carry no birth.
  [[nodiscard]] ProcessPtr find(event::ProcessId id) const;

  /// Starts to follow a process that `find` did not find. Its handle may have a later owner already: that one stays, and this one can only
  /// be buried.
  ProcessPtr add(const Process& process);

  /// Follows one that was followed under another id before.
  void adopt(const ProcessPtr& process) { followed_[process->id.handle] = process; }

  /// Everybody who is followed, and is not any more. The dead are remembered on.
  std::vector<ProcessPtr> release();

  /// The present owner of a handle, or null.
  [[nodiscard]] ProcessPtr owner(std::uint64_t handle) const;

  /// Stops following: records of its tasks that come later find the tombstone. True if an older tombstone had to give way.
  bool bury(const ProcessPtr& process, std::uint64_t time_ns);

  void forget_dead_before(std::uint64_t time_ns) { dead_.expire(time_ns); }

  [[nodiscard]] std::size_t size() const { return followed_.size(); }
  [[nodiscard]] auto begin() const { return followed_.begin(); }
  [[nodiscard]] auto end() const { return followed_.end(); }

 private:
  std::unordered_map<std::uint64_t, ProcessPtr> followed_;
  Recent<DeadProcess> dead_;
};

}  // namespace procledger::ledger
