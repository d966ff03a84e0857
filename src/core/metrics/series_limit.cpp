// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/series_limit.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace procledger::metrics {
namespace {

constexpr std::size_t kModes = 2;  // user, system

std::size_t one_if(bool present) { return present ? 1 : 0; }

std::size_t series_of(const ThreadNameRow& /*row*/) { return kModes; }
std::size_t series_of(const ThreadRow& /*row*/) { return kModes; }
std::size_t series_of(const ProcessRow& row) { return kModes + 1 + one_if(row.resident_bytes.has_value()); }

template <typename Row>
std::size_t series_of(const std::vector<Row>& rows) {
  std::size_t series = 0;
  for (const Row& row : rows) series += series_of(row);
  return series;
}

std::size_t gauges_of(const GroupRow& row) {
  constexpr std::size_t kZombies = 3;  // how many, their CPU time, and how many are kept
  constexpr std::size_t kMemory = 6;   // resident and its three parts, swapped, virtual
  constexpr std::size_t kFiles = 2;    // open, and the ratio
  const ledger::Holdings& holdings = row.account.holdings;
  return kZombies + event::kStateCount + (holdings.with_memory > 0 ? kMemory : 0) + (holdings.with_files > 0 ? kFiles : 0) +
         one_if(row.proportional_bytes.has_value()) + row.sockets.size();
}

std::size_t counters_of(const GroupRow& row, const Snapshot& snapshot) {
  constexpr std::size_t kAlways = kModes + 4;                             // CPU, switches and faults
  constexpr std::size_t kLives = 2 + ledger::kExitReasonCount;            // forks, execs, exits
  constexpr std::size_t kHistogram = ledger::kLifetimeBounds.size() + 3;  // and +Inf, count, sum
  const std::size_t storage = snapshot.kernel.storage_io ? 2 : 0;         // read, written
  const std::size_t calls = snapshot.kernel.call_io ? 4 : 0;              // bytes and calls, read and written
  const std::size_t reapings = 1 + one_if(row.account.reaped[1].processes > 0);
  const std::size_t lives = kLives + (snapshot.lifetime_histogram ? kHistogram : 0) + reapings * (1 + kModes + storage);
  const std::size_t estimated = shows_estimates(row, snapshot.kernel) ? kModes : 0;
  return kAlways + (snapshot.kernel.lives ? lives : 0) + estimated + one_if(snapshot.kernel.run_queue_wait) + storage + calls + kModes +
         storage;
}

std::size_t series_of_group(const GroupRow& row, const Snapshot& snapshot) {
  const bool alive = row.account.members + row.account.processes + row.account.threads > 0;
  return counters_of(row, snapshot) + (alive ? gauges_of(row) : 0) + (alive || row.configured ? 2 : 0) +
         one_if(row.oldest_start_seconds.has_value()) + one_if(row.account.peak_bytes > 0);
}

std::size_t series_of_host(const ledger::HostAccount& host) {
  if (host.cpus == 0) return 0;
  return 2 + one_if(host.idle_ns.has_value()) + one_if(host.irq_ns.has_value()) + one_if(host.softirq_ns.has_value()) +
         one_if(host.steal_ns.has_value()) + one_if(host.residual_ns.has_value());
}

/// Of the rest of the page: fixed lines, and lists of one line a row.
std::size_t series_of_rest(const Snapshot& snapshot) {
  // Kernel facts, time and CPU of collections, groups and series dropped, decisions, last reload, build, and their number itself.
  constexpr std::size_t kAlways = 9;
  std::size_t series = kAlways + snapshot.users.size() + series_of_host(snapshot.host) + snapshot.losses.size() + snapshot.sources.size() +
                       snapshot.misses.size() + one_if(snapshot.slow_pass_seconds.has_value()) +
                       one_if(snapshot.config.success_seconds > 0);
  for (const LossRow& loss : snapshot.losses) series += one_if(loss.cpu_ns.has_value());
  for (const SourceRow& source : snapshot.sources) series += one_if(source.active);
  const OwnProcess& own = snapshot.own;
  for (const auto* figure :
       {&own.cpu_seconds, &own.resident_bytes, &own.virtual_bytes, &own.open_fds, &own.max_fds, &own.start_time_seconds}) {
    series += one_if(figure->has_value());
  }
  return series;
}

std::size_t series_without_details(const Snapshot& snapshot) {
  std::size_t series = series_of_rest(snapshot);
  for (const GroupRow& row : snapshot.groups) series += series_of_group(row, snapshot);
  return series;
}

/// Keeps rows while they fit and takes out all after them. `room` is what is left for the next kind; `dropped` grows.
template <typename Row>
void keep_what_fits(const std::vector<GroupRow*>& groups, std::vector<Row> GroupRow::* kind, std::size_t& room, std::size_t& dropped) {
  for (GroupRow* group : groups) {
    std::vector<Row>& rows = group->*kind;
    std::size_t kept = 0;
    while (kept < rows.size() && series_of(rows[kept]) <= room) room -= series_of(rows[kept++]);
    if (kept == rows.size()) continue;
    room = 0;  // what comes later is worth less, even where it would fit
    for (std::size_t at = kept; at < rows.size(); ++at) dropped += series_of(rows[at]);
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
  }
}

}  // namespace

std::size_t count_series(const Snapshot& snapshot) {
  std::size_t series = series_without_details(snapshot);
  for (const GroupRow& row : snapshot.groups) series += series_of(row.thread_names) + series_of(row.threads) + series_of(row.processes);
  return series;
}

void limit_series(Snapshot& snapshot, std::size_t max_series) {
  const std::size_t fixed = series_without_details(snapshot);
  std::size_t room = max_series > fixed ? max_series - fixed : 0;
  std::size_t dropped = 0;
  std::vector<GroupRow*> groups;  // in the order of the page
  groups.reserve(snapshot.groups.size());
  for (GroupRow& group : snapshot.groups) groups.push_back(&group);
  std::ranges::sort(groups, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  keep_what_fits(groups, &GroupRow::thread_names, room, dropped);
  keep_what_fits(groups, &GroupRow::processes, room, dropped);
  keep_what_fits(groups, &GroupRow::threads, room, dropped);
  snapshot.self.series_dropped += dropped;
}

}  // namespace procledger::metrics
