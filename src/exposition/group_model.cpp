// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "exposition/model_builder.hpp"
#include "exposition/seconds.hpp"
#include "ledger/account.hpp"

namespace procledger::exposition {
namespace {

using metrics::GroupRow;

constexpr std::array<std::string_view, ledger::kExitReasonCount> kExitReasons{"ok", "error", "signal"};

using Rows = std::vector<const GroupRow*>;

Rows sorted(const std::vector<GroupRow>& groups) {
  Rows rows;
  rows.reserve(groups.size());
  for (const auto& row : groups) rows.push_back(&row);
  std::ranges::sort(rows, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  return rows;
}

SampleLabels labels_of(const GroupRow& row) {
  SampleLabels labels;
  labels.reserve(row.labels.size() + 2);
  labels.push_back({"group", row.name});
  for (const auto& [name, value] : row.labels) labels.push_back({name, value});
  return labels;
}

SampleLabels labels_of(const GroupRow& row, std::string_view name, std::string_view value) {
  SampleLabels labels = labels_of(row);
  labels.push_back({std::string{name}, std::string{value}});
  return labels;
}

bool alive(const GroupRow& row) { return row.account.members + row.account.processes + row.account.threads > 0; }

prometheus::ClientMetric::Histogram histogram_of(const ledger::Lifetimes& lifetimes) {
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_sum = to_seconds(lifetimes.sum_ns);
  for (std::size_t i = 0; i < lifetimes.buckets.size(); ++i) {
    histogram.sample_count += lifetimes.buckets[i];
    const double bound = i < ledger::kLifetimeBounds.size() ? ledger::kLifetimeBounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  return histogram;
}

/// One sample for each group: `value_of` gives a number, or an optional one.
template <typename ValueOf>
void add_each(ModelBuilder& out, std::string_view name, const Rows& rows, ValueOf value_of) {
  out.open(name);
  for (const auto* row : rows) out.add(labels_of(*row), value_of(*row));
}

std::optional<double> if_alive(const GroupRow& row, std::uint64_t value) {
  return alive(row) ? std::optional{static_cast<double>(value)} : std::nullopt;
}

/// What the slow lane found. Nothing of it is there unless it was asked for.
void add_slow_figures(ModelBuilder& out, const Rows& rows) {
  add_each(out, "procledger_group_proportional_memory_bytes", rows,
           [](const auto& row) { return row.proportional_bytes ? if_alive(row, *row.proportional_bytes) : std::nullopt; });
  out.open("procledger_group_sockets");
  for (const auto* row : rows) {
    if (!alive(*row)) continue;
    for (const auto& kind : row->sockets) {
      SampleLabels labels = labels_of(*row, "protocol", kind.protocol);
      labels.push_back({"state", std::string{kind.state}});
      out.add(std::move(labels), static_cast<double>(kind.sockets));
    }
  }
}

}  // namespace

void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot) {
  const Rows rows = sorted(snapshot.groups);
  out.open("procledger_group_cpu_seconds_total");
  for (const auto* row : rows) {
    out.add(labels_of(*row, "mode", "user"), to_seconds(row->account.shown.user_ns));
    out.add(labels_of(*row, "mode", "system"), to_seconds(row->account.shown.system_ns));
  }
  add_each(out, "procledger_group_processes", rows, [](const auto& row) { return if_alive(row, row.account.processes); });
  add_each(out, "procledger_group_threads", rows, [](const auto& row) { return if_alive(row, row.account.threads); });
  add_each(out, "procledger_group_forks_total", rows, [](const auto& row) { return static_cast<double>(row.account.forks); });
  add_each(out, "procledger_group_execs_total", rows, [](const auto& row) { return static_cast<double>(row.account.execs); });
  out.open("procledger_group_exits_total");
  for (const auto* row : rows) {
    for (std::size_t i = 0; i < kExitReasons.size(); ++i) {
      out.add(labels_of(*row, "reason", kExitReasons[i]), static_cast<double>(row->account.exits[i]));
    }
  }
  if (snapshot.lifetime_histogram) {
    add_each(out, "procledger_group_process_lifetime_seconds", rows, [](const auto& row) { return histogram_of(row.account.lifetimes); });
  }
  add_each(out, "procledger_group_oldest_start_time_seconds", rows, [](const auto& row) { return row.oldest_start_seconds; });
  add_slow_figures(out, rows);
}

}  // namespace procledger::exposition
