// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "core/ledger/account.hpp"
#include "exposition/details.hpp"
#include "exposition/group_metrics.hpp"
#include "exposition/group_rows.hpp"
#include "exposition/seconds.hpp"

namespace procledger::exposition {
namespace {

using metrics::GroupRow;

constexpr std::array<std::string_view, ledger::kExitReasonCount> kExitReasons{"ok", "error", "signal"};

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

std::optional<double> if_counted(const GroupRow& row, std::uint64_t members) {
  return is_counted(row) ? std::optional{static_cast<double>(members)} : std::nullopt;
}

void add_lives(ModelBuilder& out, const metrics::Snapshot& snapshot, const GroupRows& rows) {
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
}

}  // namespace

GroupRows sorted_rows(const std::vector<GroupRow>& groups) {
  GroupRows rows;
  rows.reserve(groups.size());
  for (const auto& row : groups) rows.push_back(&row);
  std::ranges::sort(rows, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  return rows;
}

SampleLabels labels_of(const GroupRow& row) {
  SampleLabels labels;
  labels.reserve(row.labels.size() + 3);
  labels.push_back({"group", row.name});
  for (const auto& [name, value] : row.labels) labels.push_back({name, value});
  return labels;
}

SampleLabels labels_of(const GroupRow& row, std::string_view name, std::string_view value) {
  SampleLabels labels = labels_of(row);
  labels.push_back({std::string{name}, std::string{value}});
  return labels;
}

void add_split(ModelBuilder& out, const SampleLabels& labels, const ledger::CpuSplit& split) {
  for (const auto& [mode, time_ns] : {std::pair{"user", split.user_ns}, std::pair{"system", split.system_ns}}) {
    SampleLabels with_mode = labels;
    with_mode.push_back({"mode", mode});
    out.add(std::move(with_mode), to_seconds(time_ns));
  }
}

void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot) {
  const GroupRows rows = sorted_rows(snapshot.groups);
  out.open("procledger_group_cpu_seconds_total");
  for (const auto* row : rows) {
    out.add(labels_of(*row, "mode", "user"), to_seconds(row->account.shown.user_ns));
    out.add(labels_of(*row, "mode", "system"), to_seconds(row->account.shown.system_ns));
  }
  out.open("procledger_group_estimated_cpu_seconds_total");
  for (const auto* row : rows) {
    if (metrics::shows_estimates(*row, snapshot.kernel)) add_split(out, labels_of(*row), row->account.estimated);
  }
  add_each(out, "procledger_group_processes", rows, [](const auto& row) { return if_counted(row, row.account.processes); });
  add_each(out, "procledger_group_threads", rows, [](const auto& row) { return if_counted(row, row.account.threads); });
  if (snapshot.kernel.lives) add_lives(out, snapshot, rows);
  add_each(out, "procledger_group_oldest_start_time_seconds", rows, [](const auto& row) { return row.oldest_start_seconds; });
  add_usage(out, rows, snapshot.kernel);
  add_children(out, rows, snapshot.kernel);
  add_holdings(out, rows);
  add_slow_figures(out, rows);
  add_details(out, rows);
}

}  // namespace procledger::exposition
