// SPDX-License-Identifier: Apache-2.0
// Followed and retired processes, by handle. The kernel reuses handles within seconds.
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

/// A process whose leader was released. Late records find its group here: threads may be released after the leader (measured: in 1 of 1,880
/// processes). The kernel soon reuses the handle (measured: 2,001 processes used 179 signal_structs, one again after 39 processes).
struct RetiredProcess {
  std::uint64_t key{};  ///< mixed from handle and tgid, since hundreds of processes in turn may have the same handle
  std::uint64_t start_boottime_ns{};
  std::uint64_t time_ns{};        ///< time of the release: a later start time belongs to another process
  std::uint64_t parent_handle{};  ///< process that the kernel credited
  std::uint32_t parent_tgid{};
  std::uint32_t exit_counted : 1 {};
  std::uint32_t autoreaped : 1 {};  ///< no process was credited
  GroupId group : 30 {};
};
static_assert(sizeof(RetiredProcess) <= 40);
inline constexpr GroupId kMaxGroup = (1u << 30) - 1;

/// Finds the process of a record. Owns the followed processes, by handle, and the retired processes. The ledger adds and retires processes,
/// SourceHandover takes them out and back, and all parts of the ledger look them up. Invariant: a handle has at most one followed process,
/// and a record never finds an earlier or a later owner of its handle.
class ProcessTable {
 public:
  explicit ProcessTable(std::size_t max_retired_processes) : retired_{max_retired_processes} {}

  struct Lookup {
    ProcessPtr process;         ///< the followed process of `seen`, if any
    RetiredProcess* retired{};  ///< else the retired process of `seen`, if any
    bool leader_met{};          ///< `process` was known only from its threads until now
    ProcessPtr superseded;      ///< followed under the same handle but older than `seen`: its release record is missing
  };

  /// The process of an observation. The first observation of the leader sets the start time of the process.
  [[nodiscard]] Lookup find(const event::Observation& seen);

  /// The retired process with this id that started no later than `started_before_ns`.
  [[nodiscard]] const RetiredProcess* find_retired(event::ProcessId id, std::uint64_t started_before_ns) const;

  /// The followed process with this id, if any: for references without a start time.
  [[nodiscard]] ProcessPtr find(event::ProcessId id) const;

  /// Starts to follow a process that `find` did not find. If the handle already has a later owner, that owner stays in the table, and the
  /// caller must retire the new process.
  ProcessPtr add(const Process& process);

  /// Follows a process again under its new id.
  void adopt(const ProcessPtr& process) { followed_[process->id.handle] = process; }

  /// Removes all followed processes and returns them. Retired processes stay.
  std::vector<ProcessPtr> release();

  /// The present owner of a handle, or null.
  [[nodiscard]] ProcessPtr owner(std::uint64_t handle) const;

  /// Retires a process: later records of its tasks find the retired process. Returns true if an older retired process was evicted.
  bool retire(const ProcessPtr& process, std::uint64_t time_ns);

  void forget_retired_before(std::uint64_t time_ns) { retired_.expire(time_ns); }

  [[nodiscard]] std::size_t size() const { return followed_.size(); }
  [[nodiscard]] auto begin() const { return followed_.begin(); }
  [[nodiscard]] auto end() const { return followed_.end(); }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("processes", self.followed_);
    visit("retired processes", self.retired_);
  }

 private:
  std::unordered_map<std::uint64_t, ProcessPtr> followed_;
  ExpiringIndex<RetiredProcess> retired_;
};

}  // namespace procledger::ledger
