// SPDX-License-Identifier: Apache-2.0
// Builds a snapshot from the ledger, the groups and the source's report, and limits its series. Pure: the collector reads all clocks and
// files before it calls these functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/host.hpp"
#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/ledger.hpp"
#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::metrics {

/// The source that the values come from.
struct ActiveSource {
  std::string_view name;
  std::string_view reason;  ///< why this source runs: one of a fixed set of words
  bool alive{true};         ///< false: the hooks of the source are gone, and no source is active
};

/// The inputs of build_snapshot. Views and references must be valid during the call.
struct SnapshotParts {
  const std::vector<ledger::Account>& accounts;  ///< by GroupId
  /// Fills in the name, the labels and the background samples of a group. Called for exported groups.
  std::function<void(ledger::GroupId, GroupRow&)> name_group;
  const ledger::HostAccount& host;
  const ledger::Anomalies& anomalies;
  const ledger::UserStates& users;
  std::function<std::string(std::uint32_t uid)> user_name;  ///< raw texts; several uids may have the same name
  const event::SourceReport& report;
  const event::KernelFacts& kernel;
  ActiveSource source;
  std::uint64_t lost_at_change_ns{};  ///< upper bound of the CPU time between two sources
  std::int64_t unix_minus_boottime_ns{};
  SelfReport self;
  /// Groups with fixed names. An id may lie beyond `accounts`, if the ledger has never charged the group.
  std::vector<ledger::GroupId> configured{};
  std::optional<ledger::GroupId> hidden{};  ///< group that is not exported
};

/// Builds a snapshot. A group that never had usage or members is left out, unless it is configured.
[[nodiscard]] Snapshot build_snapshot(const SnapshotParts& parts);

// Detail rows: the thread names, threads and processes of a group.

/// Makes the texts of all detail rows safe (base/text.hpp), because processes choose them, and sorts the rows: thread names by name,
/// threads by tid, processes by pid. Rows with equal labels are merged and their values added, for example two names of invalid bytes, or
/// a pid that was reused during the scan. Of two merged processes, the path, arguments and user of the first stay.
/// @param label_bytes  maximum of a text; a longer text is cut and gets a hash
void make_details_safe(Snapshot& snapshot, std::size_t label_bytes);

/// Removes detail rows until the page of the snapshot has at most `max_series` series, and adds the removed series to
/// `snapshot.self.series_dropped`. Threads are removed first, then processes, then thread names. Within a kind, the rows at the end of the
/// page are removed first, so that the same rows stay at every scrape. Series of whole groups and of the host always stay, also beyond the
/// limit.
void limit_series(Snapshot& snapshot, std::size_t max_series, const MetricTable& table = metric_table());

}  // namespace procledger::metrics
