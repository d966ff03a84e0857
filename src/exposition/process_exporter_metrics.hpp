// SPDX-License-Identifier: Apache-2.0
// The page of process-exporter, from our figures: its names and labels, without its defects. What differs is in docs/compat.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/event/host.hpp"
#include "core/event/observation.hpp"
#include "core/event/sink.hpp"
#include "core/ledger/account.hpp"
#include "core/metrics/metric_table.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/page_model.hpp"

namespace procledger::exposition {

// The metrics of process-exporter (github.com/ncabatoff/process-exporter), by their names, types and labels.

/// In the order of exposition. Unlike ours, a counter's name need not end in `_total`.
[[nodiscard]] std::vector<const metrics::Family*> compat_families();

// A group with the figures that process-exporter shows of it. Its groups have a name and no other labels.

enum class CompatState : std::uint8_t { kRunning, kSleeping, kWaiting, kZombie, kOther };
inline constexpr std::array<std::string_view, 5> kCompatStates{"Running", "Sleeping", "Waiting", "Zombie", "Other"};

struct CompatThreads {
  std::uint64_t living{};
  event::Totals total;
  ledger::CpuSplit cpu;
};

/// Views and keys are those of the snapshot.
struct CompatGroup {
  std::uint64_t processes{};  ///< zombies included
  std::uint64_t threads{};    ///< and one for each zombie
  ledger::CpuSplit cpu;
  event::Totals total;
  event::Memory memory;
  std::optional<std::uint64_t> proportional_bytes;
  std::optional<std::uint64_t> proportional_swap_bytes;
  std::uint64_t open_files{};
  double worst_file_ratio{};
  std::optional<double> oldest_start_seconds;  ///< whole
  std::array<std::uint64_t, kCompatStates.size()> states{};
  std::map<std::string_view, std::uint64_t> wait_channels;
  std::map<std::string_view, CompatThreads> thread_names;
};

using CompatGroups = std::map<std::string_view, CompatGroup>;

/// By name. Rows of one name, which only our own labels tell apart, become one group.
/// @param with_empty  also those that have no process
[[nodiscard]] CompatGroups compat_groups(const std::vector<metrics::GroupRow>& rows, bool with_empty);

/// As its flags have it.
struct CompatPage {
  bool threads{true};              ///< the families by thread name
  bool proportional_memory{true};  ///< where the snapshot knows it
  bool remove_empty_groups{};      ///< a group goes with its last process; its counters go on if it comes back
};

/// Counters of groups, and gauges as 0, stay when a group is empty, unless that is asked for otherwise.
/// @param daemon  of which the page has the process_* metrics alone
[[nodiscard]] PageModel process_exporter_model(CompatPage options, Build build, DaemonMetrics daemon = {});

}  // namespace procledger::exposition
