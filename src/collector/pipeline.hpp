// SPDX-License-Identifier: Apache-2.0
// One collection, from the source to a snapshot. For one thread; knows nothing of requests and timers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "collector/host_lookup.hpp"
#include "collector/rules.hpp"
#include "core/event/source.hpp"
#include "core/grouping/grouping.hpp"
#include "core/ledger/host_cpu.hpp"
#include "core/ledger/ledger.hpp"
#include "core/metrics/snapshot.hpp"
#include "host/procfs/proc_fs.hpp"
#include "host/sampler/background_sampler.hpp"

namespace procledger::collector {

/// What a collection works on. All of it outlives whoever holds this, and is touched by nobody else meanwhile.
struct Parts {
  std::unique_ptr<event::Source>& source;  ///< never null; replaced by Books::replace_source alone
  ledger::Ledger& ledger;
  FileHostLookup& lookup;
  grouping::Grouping& grouping;
  ledger::HostLedger& host;
  sampler::SlowLane* slow{};  ///< null: nobody asked for its figures
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

  /// Goes on with another source, from the next collection on. Counters go on, and what went by in between is counted as lost.
  void replace_source(event::SuppliedSource next);

  [[nodiscard]] event::Source& source() const { return *parts_.source; }

  /// @error  as the source's; the ledger stays good, and the next collection makes up for this one
  [[nodiscard]] Result<metrics::SnapshotPtr> collect();

  /// Whether snapshots from here on call the source active.
  void set_source_alive(bool alive) { source_alive_ = alive; }

 private:
  /// The host's books as of the last collection at which the source's hooks were known to run.
  struct Closing {
    std::uint64_t monotonic_ns{};
    std::uint64_t not_tasks_ns{};  ///< idle, and what the kernel keeps apart, by /proc/stat
    std::uint64_t idle_ns{};
    std::uint64_t tasks_ns{};
  };

  void note_rules(const Rules& rules);
  void want_programs();
  void close_while_alive(const event::HostReading& host);
  [[nodiscard]] std::optional<Closing> close(const event::HostReading& host) const;
  void settle_change(const event::HostReading& host);
  void go_on_counting(event::SourceReport& report);
  void refresh_lookup();
  void note_members(std::uint64_t now_ns);
  [[nodiscard]] sampler::GroupRef group_ref(ledger::GroupId group) const;
  [[nodiscard]] sampler::What wanted_of(const ledger::Process& process) const;
  void tell_slow_lane();
  [[nodiscard]] metrics::Snapshot picture(const event::SourceReport& report) const;

  Parts parts_;
  BooksOptions options_;
  procfs::ProcFs procfs_;
  metrics::ConfigReport config_;
  rules::RequiredAttributes required_;
  bool lifetime_histogram_{true};
  std::size_t max_series_{};
  bool slow_wanted_{};      ///< the slow lane was given a list
  std::uint64_t cpu_ns_{};  ///< of everything done here
  bool source_alive_{true};

  std::optional<Closing> closing_;
  std::uint64_t closing_beat_{};
  bool source_changed_{};               ///< and nothing was collected from it yet
  std::uint64_t lost_at_changes_ns_{};  ///< CPU time that went by between sources, at most
  event::SourceReport counts_;          ///< as of the last collection
  event::SourceReport past_;            ///< counts of sources that were replaced
};

}  // namespace procledger::collector
