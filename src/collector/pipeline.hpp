// SPDX-License-Identifier: Apache-2.0
// Runs one collection, from the source to a snapshot. Knows nothing of requests and timers.
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

/// The objects that a collection works on. They outlive the pipeline, and no other thread uses them meanwhile.
struct Dependencies {
  std::unique_ptr<event::Source>& source;  ///< never null; replaced by CollectionPipeline::replace_source alone
  ledger::Ledger& ledger;
  FileHostLookup& lookup;
  grouping::Grouping& grouping;
  ledger::HostLedger& host;
  sampler::BackgroundSampler* slow{};  ///< null: no rule asks for its values
};

struct PipelineOptions {
  std::string procfs;          ///< mount point of procfs, for the times of CPUs
  std::string source_reason;   ///< a word of a fixed set: why this source
  bool wait_channels{};        ///< the background sampler samples wait channels of threads
  std::size_t other_series{};  ///< most series of the page that come from elsewhere: the limit of series counts them
};

/// Drives the source, the ledger, grouping and the background sampler, and builds a snapshot from them. Owns the state of the last reload
/// and of changes of source. The collector owns it and calls it from its thread.
class CollectionPipeline {
 public:
  /// @param rules  the rules that `parts.grouping` was made with
  CollectionPipeline(Dependencies parts, PipelineOptions options, const Rules& rules);

  /// Applies the waiting life-cycle records.
  [[nodiscard]] Result<void> drain();

  /// Applies new rules. Groups of the same name continue. From the next collection on, each process is in its group by the new rules.
  void adopt(Rules rules);

  /// Uses `next` from the next collection on. Counters continue. CPU time between the two sources counts as lost.
  void replace_source(event::CreatedSource next);

  [[nodiscard]] event::Source& source() const { return *dependencies_.source; }

  /// @error  as from the source; the ledger stays consistent, and the next collection charges everything that this one missed
  [[nodiscard]] Result<metrics::SnapshotPtr> collect();

  /// Whether later snapshots show the source as active.
  void set_source_alive(bool alive) { source_alive_ = alive; }

 private:
  /// CPU time of the host as of the last collection at which the source's hooks were known to run.
  struct Closing {
    std::uint64_t monotonic_ns{};
    std::uint64_t not_tasks_ns{};  ///< idle, and the parts that the kernel accounts for separately, from /proc/stat
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
  void give_targets();
  [[nodiscard]] metrics::Snapshot build_snapshot(const event::SourceReport& report) const;

  Dependencies dependencies_;
  PipelineOptions options_;
  procfs::ProcFs procfs_;
  rules::RequiredAttributes required_;
  bool lifetime_histogram_{true};
  std::size_t max_series_{};
  bool slow_wanted_{};      ///< the background sampler has targets
  std::uint64_t cpu_ns_{};  ///< CPU time of all work of this class
  bool source_alive_{true};

  std::optional<Closing> closing_;
  std::uint64_t closing_beat_{};
  bool source_changed_{};               ///< the first collection of a new source is still to come
  std::uint64_t lost_at_changes_ns_{};  ///< CPU time between sources: an upper bound
  event::SourceReport counts_;          ///< as of the last collection
  event::SourceReport past_;            ///< counts of replaced sources
};

}  // namespace procledger::collector
