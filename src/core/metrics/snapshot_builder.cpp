// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/snapshot_builder.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace procledger::metrics {
namespace {

constexpr std::size_t kMaxUserBytes = 128;
constexpr std::array<std::string_view, 3> kSources{"bpf", "taskstats", "proc"};

/// Whether the group ever had members or usage. Lifetimes are not tested, because they imply exits; tick samples imply CPU time.
bool has_something(const ledger::Account& account) {
  const auto exits = std::any_of(account.exits.begin(), account.exits.end(), [](std::uint64_t count) { return count > 0; });
  return exits || account.members > 0 || account.processes > 0 || account.threads > 0 || account.total.cpu_ns > 0 || account.forks > 0 ||
         account.execs > 0 || account.shown != ledger::CpuSplit{} || account.estimated != ledger::CpuSplit{};
}

/// By GroupId, for all groups with an account and all configured groups.
std::vector<bool> configured_groups(const SnapshotParts& parts) {
  std::vector<bool> configured(parts.accounts.size());
  for (const ledger::GroupId id : parts.configured) {
    if (id >= configured.size()) configured.resize(id + std::size_t{1});
    configured[id] = true;
  }
  return configured;
}

std::vector<GroupRow> group_rows(const SnapshotParts& parts) {
  static const ledger::Account nothing;
  const std::vector<bool> configured = configured_groups(parts);
  std::vector<GroupRow> rows;
  rows.reserve(parts.accounts.size());
  for (ledger::GroupId id = 0; id < configured.size(); ++id) {
    const ledger::Account& account = id < parts.accounts.size() ? parts.accounts[id] : nothing;
    if (id == parts.hidden || (!configured[id] && !has_something(account))) continue;
    GroupRow& row = rows.emplace_back();
    parts.name_group(id, row);
    row.account = account;
    row.configured = configured[id];
    if (account.oldest_start_ns) {
      const auto unix_ns = static_cast<std::int64_t>(*account.oldest_start_ns) + parts.unix_minus_boottime_ns;
      row.oldest_start_seconds = static_cast<double>(unix_ns) / 1e9;
    }
  }
  return rows;
}

/// Merges uids with the same name into one row, because a series must not appear twice. Names may be equal in passwd, or after safe_text.
std::vector<UserState> user_rows(const SnapshotParts& parts) {
  std::map<std::pair<std::string, event::State>, std::uint64_t> by_name;
  for (const auto& [key, processes] : parts.users) {
    by_name[{safe_text(parts.user_name(key.first), kMaxUserBytes), key.second}] += processes;
  }
  std::vector<UserState> rows;
  rows.reserve(by_name.size());
  for (const auto& [key, processes] : by_name) rows.push_back({key.first, key.second, processes});
  return rows;
}

std::vector<LossRow> loss_rows(const SnapshotParts& parts) {
  std::vector<LossRow> rows;
  rows.reserve(parts.report.losses.size() + 5);
  for (const event::LossCount& loss : parts.report.losses) rows.push_back({loss.cause, loss.records, std::nullopt});
  rows.push_back({"died_before_walk", parts.anomalies.exited_before_scan, std::nullopt});
  rows.push_back({"unnamed", parts.anomalies.unattributed_tasks, parts.anomalies.unattributed_cpu_ns});
  rows.push_back({"tombstone_evicted", parts.anomalies.retired_evicted, std::nullopt});
  rows.push_back({"vanished", parts.anomalies.vanished_tasks, std::nullopt});
  rows.push_back({"source_change", parts.anomalies.ended_unseen, parts.lost_at_change_ns});
  return rows;
}

std::vector<SourceRow> source_rows(const ActiveSource& source) {
  std::vector<SourceRow> rows;
  for (const std::string_view name : kSources) {
    const bool active = source.alive && name == source.name;
    rows.push_back({std::string{name}, active, active ? std::string{source.reason} : std::string{}});
  }
  return rows;
}

auto identity(const ThreadNameRow& row) { return std::tie(row.name); }
auto identity(const ThreadRow& row) { return std::tie(row.tid, row.pid, row.ppid, row.daemon, row.pname, row.tname); }
auto identity(const ProcessRow& row) { return std::tie(row.pid, row.comm); }

void add(ledger::CpuSplit& sum, const ledger::CpuSplit& more) {
  sum.user_ns += more.user_ns;
  sum.system_ns += more.system_ns;
}

void absorb(ThreadNameRow& row, const ThreadNameRow& twin) {
  row.living += twin.living;
  row.total += twin.total;
  add(row.cpu, twin.cpu);
}

void absorb(ThreadRow& row, const ThreadRow& twin) { add(row.cpu, twin.cpu); }

void absorb(ProcessRow& row, const ProcessRow& twin) {
  add(row.cpu, twin.cpu);
  if (twin.resident_bytes) row.resident_bytes = row.resident_bytes.value_or(0) + *twin.resident_bytes;
}

template <typename Row>
void order_and_merge(std::vector<Row>& rows) {
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return identity(a) < identity(b); });
  std::size_t kept = 0;
  for (std::size_t at = 1; at < rows.size(); ++at) {
    if (identity(rows[kept]) == identity(rows[at])) {
      absorb(rows[kept], rows[at]);
    } else if (++kept != at) {
      rows[kept] = std::move(rows[at]);
    }
  }
  if (!rows.empty()) rows.resize(kept + 1);
}

template <typename Row>
std::size_t series_of(const MetricTable& table, const Row& row) {
  SeriesCounter counter;
  emit_detail(table, row, counter);
  return counter.series();
}

template <typename Row>
std::size_t series_of(const MetricTable& table, const std::vector<Row>& rows) {
  std::size_t series = 0;
  for (const Row& row : rows) series += series_of(table, row);
  return series;
}

std::size_t series_of_details(const MetricTable& table, const Snapshot& snapshot) {
  std::size_t series = 0;
  for (const GroupRow& row : snapshot.groups) {
    series += series_of(table, row.thread_names) + series_of(table, row.threads) + series_of(table, row.processes);
  }
  return series;
}

/// Removes rows from a snapshot, one kind after the other.
class Cut {
 public:
  Cut(const MetricTable& table, Snapshot& snapshot, std::size_t room) : table_{table}, room_{room} {
    groups_.reserve(snapshot.groups.size());
    for (GroupRow& group : snapshot.groups) groups_.push_back(&group);
    std::ranges::sort(groups_, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  }

  /// Keeps rows until the first row that does not fit, and removes this row and all rows after it.
  template <typename Row>
  void keep_what_fits(std::vector<Row> GroupRow::* kind) {
    for (GroupRow* group : groups_) {
      std::vector<Row>& rows = group->*kind;
      std::size_t kept = 0;
      for (; kept < rows.size(); ++kept) {
        const std::size_t series = series_of(table_, rows[kept]);
        if (series > room_) break;
        room_ -= series;
      }
      if (kept == rows.size()) continue;
      room_ = 0;  // later kinds and rows have lower priority, even if some would fit
      for (std::size_t at = kept; at < rows.size(); ++at) dropped_ += series_of(table_, rows[at]);
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
    }
  }

  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  const MetricTable& table_;
  std::vector<GroupRow*> groups_;  ///< in the order of the page
  std::size_t room_;               ///< number of series that still fit
  std::size_t dropped_{};
};

bool has_details(const GroupRow& row) { return !row.thread_names.empty() || !row.threads.empty() || !row.processes.empty(); }

}  // namespace

Snapshot build_snapshot(const SnapshotParts& parts) {
  Snapshot snapshot;
  snapshot.groups = group_rows(parts);
  snapshot.users = user_rows(parts);
  snapshot.host = parts.host;
  snapshot.losses = loss_rows(parts);
  snapshot.misses = parts.report.misses;
  snapshot.sources = source_rows(parts.source);
  snapshot.kernel = parts.kernel;
  snapshot.self = parts.self;
  return snapshot;
}

void make_details_safe(Snapshot& snapshot, std::size_t label_bytes) {
  const auto safe = [label_bytes](std::string& text) { text = safe_text(text, label_bytes); };
  for (GroupRow& group : snapshot.groups) {
    for (ThreadNameRow& row : group.thread_names) safe(row.name);
    for (ThreadRow& row : group.threads) {
      for (std::string* text : {&row.daemon, &row.pname, &row.tname}) safe(*text);
    }
    for (ProcessRow& row : group.processes) {
      for (std::string* text : {&row.comm, &row.exe, &row.cmdline, &row.user}) safe(*text);
    }
    order_and_merge(group.thread_names);
    order_and_merge(group.threads);
    order_and_merge(group.processes);
  }
}

void limit_series(Snapshot& snapshot, std::size_t max_series, const MetricTable& table) {
  if (std::ranges::none_of(snapshot.groups, has_details)) return;  // whole groups are never left out, so the count does not matter
  const std::size_t fixed = count_series(snapshot, table) - series_of_details(table, snapshot);
  Cut cut{table, snapshot, max_series > fixed ? max_series - fixed : 0};
  cut.keep_what_fits(&GroupRow::thread_names);
  cut.keep_what_fits(&GroupRow::processes);
  cut.keep_what_fits(&GroupRow::threads);
  snapshot.self.series_dropped += cut.dropped();
}

}  // namespace procledger::metrics
