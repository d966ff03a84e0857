// SPDX-License-Identifier: Apache-2.0
// What the models of group metrics share.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/ledger/account.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/family_builder.hpp"

namespace procledger::exposition {

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

}  // namespace procledger::exposition
