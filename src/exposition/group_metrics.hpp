// SPDX-License-Identifier: Apache-2.0
// Metrics of groups beside CPU time and processes: what they used, what they reaped, what they hold.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/event/host.hpp"
#include "core/event/observation.hpp"
#include "core/ledger/account.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/family_builder.hpp"

namespace procledger::exposition {

/// The label value of a process state.
[[nodiscard]] constexpr std::string_view state_name(event::State state) {
  constexpr std::array<std::string_view, event::kStateCount> kNames{"running", "sleeping", "disk_sleep", "stopped",
                                                                    "zombie",  "idle",     "other"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames.back();
}

/// Pointers into a snapshot, by name and labels.
using GroupRows = std::vector<const metrics::GroupRow*>;

[[nodiscard]] GroupRows sorted_rows(const std::vector<metrics::GroupRow>& groups);

/// `group` and the rule's own labels, and one more.
[[nodiscard]] SampleLabels labels_of(const metrics::GroupRow& row);
[[nodiscard]] SampleLabels labels_of(const metrics::GroupRow& row, std::string_view name, std::string_view value);

/// Whether it has a member. Gauges of others are not shown.
[[nodiscard]] inline bool is_alive(const metrics::GroupRow& row) {
  return row.account.members + row.account.processes + row.account.threads > 0;
}

/// A configured group shows that nobody is in it; to others that would be a series for ever.
[[nodiscard]] inline bool is_counted(const metrics::GroupRow& row) { return row.configured || is_alive(row); }

template <typename Value>
[[nodiscard]] std::optional<double> if_alive(const metrics::GroupRow& row, Value value) {
  return is_alive(row) ? std::optional{static_cast<double>(value)} : std::nullopt;
}

/// One sample for each group: `value_of` gives a number, or an optional one.
template <typename ValueOf>
void add_each(ModelBuilder& out, std::string_view name, const GroupRows& rows, ValueOf value_of) {
  out.open(name);
  for (const auto* row : rows) out.add(labels_of(*row), value_of(*row));
}

/// Two samples: the same labels and `mode`.
void add_split(ModelBuilder& out, const SampleLabels& labels, const ledger::CpuSplit& split);

/// Waiting, switches, faults, storage and calls. Only what `kernel` keeps.
void add_usage(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel);

/// What members reaped, and what the kernel credited them with for it.
void add_children(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel);

/// Zombies, thread states, memory and files of the living.
void add_holdings(ModelBuilder& out, const GroupRows& rows);

/// What the slow lane found. Nothing of it is there unless it was asked for.
void add_slow_figures(ModelBuilder& out, const GroupRows& rows);

/// Series below the group: thread names, single threads, single processes. A snapshot holds only what was asked for.
void add_details(ModelBuilder& out, const GroupRows& rows);

/// All families of groups and of what is below them.
void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot);

}  // namespace procledger::exposition
