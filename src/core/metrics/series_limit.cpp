// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/series_limit.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "core/metrics/metric_table.hpp"

namespace procledger::metrics {
namespace {

class SeriesCounter final : public SampleSink {
 private:
  void on_sample(LabelValues /*labels*/, const Number& /*value*/) override {}
  void on_histogram(const Histogram& /*histogram*/) override {}
};

template <typename Row>
std::size_t series_of(const Row& row) {
  SeriesCounter counter;
  walk_detail(row, counter);
  return counter.series();
}

template <typename Row>
std::size_t series_of(const std::vector<Row>& rows) {
  std::size_t series = 0;
  for (const Row& row : rows) series += series_of(row);
  return series;
}

std::size_t series_of_details(const Snapshot& snapshot) {
  std::size_t series = 0;
  for (const GroupRow& row : snapshot.groups) series += series_of(row.thread_names) + series_of(row.threads) + series_of(row.processes);
  return series;
}

/// Keeps rows while they fit and takes out all after them. `room` is what is left for the next kind; `dropped` grows.
template <typename Row>
void keep_what_fits(const std::vector<GroupRow*>& groups, std::vector<Row> GroupRow::* kind, std::size_t& room, std::size_t& dropped) {
  for (GroupRow* group : groups) {
    std::vector<Row>& rows = group->*kind;
    std::size_t kept = 0;
    for (; kept < rows.size(); ++kept) {
      const std::size_t series = series_of(rows[kept]);
      if (series > room) break;
      room -= series;
    }
    if (kept == rows.size()) continue;
    room = 0;  // what comes later is worth less, even where it would fit
    for (std::size_t at = kept; at < rows.size(); ++at) dropped += series_of(rows[at]);
    rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
  }
}

bool has_details(const GroupRow& row) { return !row.thread_names.empty() || !row.threads.empty() || !row.processes.empty(); }

}  // namespace

std::size_t count_series(const Snapshot& snapshot) {
  SeriesCounter counter;
  const Build build;
  walk_page({snapshot, build}, counter);
  return counter.series();
}

void limit_series(Snapshot& snapshot, std::size_t max_series) {
  if (std::ranges::none_of(snapshot.groups, has_details)) return;  // whole groups are never left out, so the count does not matter
  const std::size_t fixed = count_series(snapshot) - series_of_details(snapshot);
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
