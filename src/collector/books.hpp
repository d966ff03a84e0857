// SPDX-License-Identifier: Apache-2.0
// One collection, from the source to a snapshot. For one thread; knows nothing of requests and timers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "grouping/grouping.hpp"
#include "ledger/host_ledger.hpp"
#include "ledger/ledger.hpp"
#include "metrics/provider.hpp"
#include "procfs/proc_fs.hpp"
#include "procfs/users.hpp"
#include "slowlane/slow_lane.hpp"
#include "source/source.hpp"

namespace procledger::collector {

/// What a collection works on. All of it outlives whoever holds this, and is touched by nobody else meanwhile.
struct Parts {
  source::Source& source;
  ledger::Ledger& ledger;
  grouping::Grouping& grouping;
  ledger::HostLedger& host;
  slowlane::SlowLane* slow{};  ///< null: nobody asked for its figures
};

struct BooksOptions {
  std::string procfs;         ///< where this process finds itself
  std::string passwd;         ///< names of users
  std::string source_reason;  ///< a word of a fixed set: why this source
  slowlane::What slow{};      ///< what the slow lane reads of every process
};

class Books {
 public:
  Books(Parts parts, BooksOptions options);

  /// Takes in the life-cycle records that wait.
  [[nodiscard]] Result<void> drain();

  /// @error  as the source's; the ledger stays good, and the next collection makes up for this one
  [[nodiscard]] Result<metrics::SnapshotPtr> collect();

  /// Whether snapshots from here on call the source active.
  void set_source_alive(bool alive) { source_alive_ = alive; }

 private:
  [[nodiscard]] slowlane::GroupRef group_ref(ledger::GroupId group) const;
  void tell_slow_lane() const;
  [[nodiscard]] metrics::Snapshot picture(const event::SourceReport& report, metrics::SelfReport self) const;

  Parts parts_;
  BooksOptions options_;
  procfs::ProcFs procfs_;
  procfs::UserCache users_;
  std::uint64_t cpu_ns_{};  ///< of everything done here
  bool source_alive_{true};
};

}  // namespace procledger::collector
