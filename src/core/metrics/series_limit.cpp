// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/series_limit.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace procledger::metrics {
namespace {

class SeriesCounter final : public SampleSink {
 private:
  void on_sample(LabelValues /*labels*/, const Number& /*value*/) override {}
  void on_histogram(const Histogram& /*histogram*/) override {}
};

template <typename Row>
std::size_t series_of(const MetricTable& table, const Row& row) {
  SeriesCounter counter;
  walk_detail(table, row, counter);
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

/// Takes rows out of a snapshot, kind by kind.
class Cut {
 public:
  Cut(const MetricTable& table, Snapshot& snapshot, std::size_t room) : table_{table}, room_{room} {
    groups_.reserve(snapshot.groups.size());
    for (GroupRow& group : snapshot.groups) groups_.push_back(&group);
    std::ranges::sort(groups_, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  }

  /// Keeps rows while they fit and takes out all after them.
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
      room_ = 0;  // what comes later is worth less, even where it would fit
      for (std::size_t at = kept; at < rows.size(); ++at) dropped_ += series_of(table_, rows[at]);
      rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
    }
  }

  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  const MetricTable& table_;
  std::vector<GroupRow*> groups_;  ///< in the order of the page
  std::size_t room_;               ///< series that the next kind may have
  std::size_t dropped_{};
};

bool has_details(const GroupRow& row) { return !row.thread_names.empty() || !row.threads.empty() || !row.processes.empty(); }

}  // namespace

std::size_t count_series(const Snapshot& snapshot, const MetricTable& table) {
  SeriesCounter counter;
  const Build build;
  walk_page({snapshot, build, table}, counter);
  return counter.series();
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
