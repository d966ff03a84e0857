// SPDX-License-Identifier: Apache-2.0
// Puts what the core knows into one snapshot. Pure: whoever calls it has read the clocks and files.
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

/// The source that the figures come from.
struct ActiveSource {
  std::string_view name;
  std::string_view reason;  ///< a word of a fixed set: why this one
  bool alive{true};         ///< false: its hooks are gone, and no source is active
};

/// Views and references are used during the call only.
struct SnapshotParts {
  const std::vector<ledger::Account>& accounts;  ///< by GroupId
  /// Fills in name, labels and what the slow lane knows; called for groups that are exported.
  std::function<void(ledger::GroupId, GroupRow&)> name_group;
  const ledger::HostAccount& host;
  const ledger::Anomalies& anomalies;
  const ledger::UserStates& users;
  std::function<std::string(std::uint32_t uid)> user_name;  ///< may hold anything, and one name may stand for several uids
  const event::SourceReport& report;
  const event::KernelFacts& kernel;
  ActiveSource source;
  std::uint64_t lost_at_change_ns{};  ///< CPU time that went by between sources, at most
  std::int64_t unix_minus_boottime_ns{};
  SelfReport self;
  /// Groups that rules name. They may lie beyond `accounts`: nothing was ever charged to such a one.
  std::vector<ledger::GroupId> configured{};
  std::optional<ledger::GroupId> hidden{};  ///< has no row
};

/// A group that never had anything is left out, and so are its zeros, unless it is a configured one.
[[nodiscard]] Snapshot build_snapshot(const SnapshotParts& parts);

// What a snapshot holds below its groups: rows of threads, processes and thread names.

/// Makes the text of all detail rows safe (base/text.hpp), since processes choose it, and puts them in order: names by name, threads by
/// tid, processes by pid. Rows that cannot be told apart after that become one, their figures added up: two names of invalid bytes, or a
/// pid that was reused during the walk. Of two such processes the path, arguments and user of the first stay.
/// @param label_bytes  most that a text may have; longer ones are cut and get a hash
void make_details_safe(Snapshot& snapshot, std::size_t label_bytes);

/// Takes detail rows out of the snapshot until its page has at most `max_series` series, and adds those series to
/// `snapshot.self.series_dropped`. Single threads give way first, then processes, then thread names; within a kind the last groups of the
/// page and their last rows, so that what stays is the same from scrape to scrape. Series of whole groups and of the host always stay,
/// however many they are.
void limit_series(Snapshot& snapshot, std::size_t max_series, const MetricTable& table = metric_table());

}  // namespace procledger::metrics
