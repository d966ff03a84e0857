// SPDX-License-Identifier: Apache-2.0
// The page of process-exporter (github.com/ncabatoff/process-exporter) from our values: its names, types and labels, without its defects.
// docs/compat.md has the differences.
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

/// The metrics in the order of the page. Names of counters need not end in `_total`, unlike ours.
[[nodiscard]] std::vector<const metrics::Family*> compat_families();

enum class CompatState : std::uint8_t { kRunning, kSleeping, kWaiting, kZombie, kOther };
inline constexpr std::array<std::string_view, 5> kCompatStates{"Running", "Sleeping", "Waiting", "Zombie", "Other"};

struct CompatThreads {
  std::uint64_t living{};
  event::TaskCounters total;
  ledger::CpuSplit cpu;
};

/// A group with the values of process-exporter's page. Its groups have a name and no other labels. Views and keys refer to the snapshot.
struct CompatGroup {
  std::uint64_t processes{};  ///< including zombies
  std::uint64_t threads{};    ///< including one per zombie
  ledger::CpuSplit cpu;
  event::TaskCounters total;
  event::Memory memory;
  std::optional<std::uint64_t> proportional_bytes;
  std::optional<std::uint64_t> proportional_swap_bytes;
  std::uint64_t open_files{};
  double worst_file_ratio{};
  std::optional<double> oldest_start_seconds;  ///< whole seconds
  std::array<std::uint64_t, kCompatStates.size()> states{};
  std::map<std::string_view, std::uint64_t> wait_channels;
  std::map<std::string_view, CompatThreads> thread_names;
};

using CompatGroups = std::map<std::string_view, CompatGroup>;

/// Groups by name. Rows with the same name and different labels become one group.
/// @param with_empty  also groups without a process
[[nodiscard]] CompatGroups compat_groups(const std::vector<metrics::GroupRow>& rows, bool with_empty);

/// Options of the page, from process-exporter's flags.
struct CompatPage {
  bool threads{true};              ///< with the metrics by thread name
  bool proportional_memory{true};  ///< with proportional memory, where known
  bool remove_empty_groups{};      ///< without groups that have no process; their counters continue if they return
};

/// The model of the page. An empty group keeps its counters, and its gauges are 0, unless `remove_empty_groups` is set.
/// @param daemon  the page has only its process_* metrics
[[nodiscard]] PageModel process_exporter_model(CompatPage options, Build build, DaemonMetrics daemon = {});

}  // namespace procledger::exposition
