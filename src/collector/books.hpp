// SPDX-License-Identifier: Apache-2.0
// One collection, from the source to a snapshot. For one thread; knows nothing of requests and timers.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "collector/host_world.hpp"
#include "collector/rules.hpp"
#include "grouping/grouping.hpp"
#include "ledger/host_ledger.hpp"
#include "ledger/ledger.hpp"
#include "metrics/provider.hpp"
#include "procfs/proc_fs.hpp"
#include "slowlane/slow_lane.hpp"
#include "source/source.hpp"

namespace procledger::collector {

/// What a collection works on. All of it outlives whoever holds this, and is touched by nobody else meanwhile.
struct Parts {
  source::Source& source;
  ledger::Ledger& ledger;
  HostWorld& world;
  grouping::Grouping& grouping;
  ledger::HostLedger& host;
  slowlane::SlowLane* slow{};  ///< null: nobody asked for its figures
};

struct BooksOptions {
  std::string procfs;         ///< where this process finds itself
  std::string source_reason;  ///< a word of a fixed set: why this source
  bool wait_channels{};       ///< has the slow lane look where threads sleep
};

class Books {
 public:
  /// @param rules  by which `parts.grouping` was made
  Books(Parts parts, BooksOptions options, const Rules& rules);

  /// Takes in the life-cycle records that wait.
  [[nodiscard]] Result<void> drain();

  /// Goes on by these. Groups of the same name go on, and from the next collection on everybody is where the new rules want him.
  void adopt(Rules rules);
  /// Others were asked for, but could not be had.
  void refuse() { config_.last_reload_successful = false; }

  /// @error  as the source's; the ledger stays good, and the next collection makes up for this one
  [[nodiscard]] Result<metrics::SnapshotPtr> collect();

  /// Whether snapshots from here on call the source active.
  void set_source_alive(bool alive) { source_alive_ = alive; }

 private:
  void note_rules(const Rules& rules);
  void refresh_world();
  void note_members(std::uint64_t now_ns);
  [[nodiscard]] slowlane::GroupRef group_ref(ledger::GroupId group) const;
  [[nodiscard]] slowlane::What wanted_of(const ledger::Process& process) const;
  void tell_slow_lane();
  [[nodiscard]] metrics::Snapshot picture(const event::SourceReport& report) const;

  Parts parts_;
  BooksOptions options_;
  procfs::ProcFs procfs_;
  metrics::ConfigReport config_;
  bool lifetime_histogram_{true};
  std::size_t max_series_{};
  bool slow_wanted_{};      ///< the slow lane was given a list
  std::uint64_t cpu_ns_{};  ///< of everything done here
  bool source_alive_{true};
};

}  // namespace procledger::collector
