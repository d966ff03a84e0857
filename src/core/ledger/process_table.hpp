// SPDX-License-Identifier: Apache-2.0
// Processes that the ledger follows, and those it remembers, found by handle although handles are reused within seconds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/expiring_index.hpp"
#include "core/ledger/process.hpp"

namespace procledger::ledger {

// What is remembered of the dead, so that late records find where they belong.

/// A process whose leader was freed. Threads may be freed after it (1 of 1,880 processes here), and its handle is soon another's
/// (2,001 processes used 179 signal_structs, the soonest reuse after 39).
struct DeadProcess {
  std::uint64_t key{};  ///< of handle and tgid: a handle alone is shared by the hundreds of processes that had it one after the other
  std::uint64_t birth_ns{};
  std::uint64_t time_ns{};        ///< when it was freed: later births are another process
  std::uint64_t parent_handle{};  ///< whom the kernel credited
  std::uint32_t parent_tgid{};
  std::uint32_t exit_counted : 1 {};
  std::uint32_t autoreaped : 1 {};  ///< nobody was credited
  GroupId group : 30 {};
};
static_assert(sizeof(DeadProcess) <= 40);
inline constexpr GroupId kMaxGroup = (1u << 30) - 1;

/// Which process a record speaks of. Owns the processes that are followed, by handle, and those that are remembered after their end. The
/// ledger adds and buries processes, SourceHandover takes them out and back, and all parts look them up. Invariant: a handle has at most one
/// process that is followed, and a record never finds a process that had the handle before or after its own.
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

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("processes", self.followed_);
    visit("retired processes", self.dead_);
  }

 private:
  std::unordered_map<std::uint64_t, ProcessPtr> followed_;
  Recent<DeadProcess> dead_;
};

}  // namespace procledger::ledger
