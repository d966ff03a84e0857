// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metric_table.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <variant>
#include <vector>

namespace procledger::metrics {
namespace {

/// The text of a number, without an allocation.
class Digits {
 public:
  explicit Digits(std::uint32_t number) : end_{std::to_chars(buffer_.data(), buffer_.data() + buffer_.size(), number).ptr} {}
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;
  [[nodiscard]] std::string_view view() const { return {buffer_.data(), end_}; }

 private:
  std::array<char, 10> buffer_{};
  char* end_;
};

void emit_row(ThreadNameGetter get, const GroupRow& group, const ThreadNameRow& row, SampleSink& out) {
  const std::array<std::string_view, 1> identity{row.name};
  out.subject({.group = group.name, .own = &group.labels, .identity = identity});
  get(row, out);
}

void emit_row(ThreadGetter get, const GroupRow& group, const ThreadRow& row, SampleSink& out) {
  const Digits pid{row.pid};
  const Digits ppid{row.ppid};
  const Digits tid{row.tid};
  const std::array<std::string_view, 6> identity{row.daemon, row.pname, pid.view(), ppid.view(), tid.view(), row.tname};
  out.subject({.group = group.name, .own = &group.labels, .identity = identity});
  get(row, out);
}

void emit_row(ProcessGetter get, const GroupRow& group, const ProcessRow& row, SampleSink& out) {
  const Digits pid{row.pid};
  const std::array<std::string_view, 2> identity{pid.view(), row.comm};
  out.subject({.group = group.name, .own = &group.labels, .identity = identity});
  get(row, out);
}

template <typename Row>
void emit_rows(void (*get)(const Row&, SampleSink&), std::vector<Row> GroupRow::* kind, const GroupRows& groups, SampleSink& out) {
  for (const GroupRow* group : groups) {
    for (const Row& row : group->*kind) emit_row(get, *group, row, out);
  }
}

using GroupTest = bool (*)(const GroupView&);

/// The tests that decide whether a metric has samples for a group.
class GroupTests {
 public:
  /// @param known_too  also apply reasons for which a known value is left out
  GroupTests(const Metric& metric, bool known_too) {
    for (const Absence* reason : metric.absent) {
      if (reason == nullptr) break;
      const auto* const test = std::get_if<GroupTest>(&reason->test);
      if (test != nullptr && (known_too || !reason->in_json)) tests_[count_++] = *test;
    }
  }
  [[nodiscard]] bool absent(const GroupView& group) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (tests_[i](group)) return true;
    }
    return false;
  }

 private:
  std::array<GroupTest, std::tuple_size_v<Absences>> tests_{};
  std::size_t count_{};
};

struct Emitter {
  const Metric& metric;
  const GroupRows& groups;
  const PageView& page;
  SampleSink& out;

  void operator()(std::monostate /*none*/) const {}
  void operator()(GroupGetter get) const {
    const GroupTests tests{metric, true};
    for (const GroupRow* row : groups) {
      const GroupView group{*row, page.snapshot, row->account.total};
      if (tests.absent(group)) continue;
      out.subject({.group = row->name, .own = &row->labels});
      get(group, out);
    }
  }
  void operator()(ThreadNameGetter get) const { emit_rows(get, &GroupRow::thread_names, groups, out); }
  void operator()(ThreadGetter get) const { emit_rows(get, &GroupRow::threads, groups, out); }
  void operator()(ProcessGetter get) const { emit_rows(get, &GroupRow::processes, groups, out); }
  void operator()(PageGetter get) const {
    out.subject({});
    get(page, out);
  }
};

void emit(std::span<const Metric> metrics, const GroupRows& groups, const PageView& page, SampleSink& out) {
  for (const Metric& metric : metrics) {
    if (is_absent(metric.absent, page.snapshot)) continue;
    out.open(metric.family);
    std::visit(Emitter{metric, groups, page, out}, metric.get);
  }
}

template <typename Getter>
MetricTable::Rows rows_with(std::span<const Metric> metrics) {
  MetricTable::Rows rows;
  for (const Metric& metric : metrics) {
    if (std::holds_alternative<Getter>(metric.get)) rows.push_back(&metric);
  }
  return rows;
}

template <typename Row>
void emit_details(const MetricTable::Rows& metrics, const Row& row, SampleSink& out) {
  for (const Metric* metric : metrics) {
    out.open(metric->family);
    std::get<void (*)(const Row&, SampleSink&)>(metric->get)(row, out);
  }
}

}  // namespace

const Metric& series_metric() {
  static constexpr Metric kSeries{
      .family = {"procledger_series", Type::kGauge, Unit::kNone, "", "Series on this page."}, .set = Set::kDefault, .absent = kNever};
  return kSeries;
}

MetricTable::MetricTable(std::span<const Metric> groups, std::span<const Metric> host)
    : groups_{groups},
      host_{host},
      thread_names_{rows_with<ThreadNameGetter>(groups)},
      threads_{rows_with<ThreadGetter>(groups)},
      processes_{rows_with<ProcessGetter>(groups)} {}

MetricTable::Rows MetricTable::all() const {
  Rows all;
  for (const auto rows : {groups_, host_}) {
    for (const Metric& metric : rows) all.push_back(&metric);
  }
  return all;
}

const MetricTable& metric_table() {
  static const MetricTable table{group_metrics(), host_metrics()};
  return table;
}

GroupRows sorted_rows(const std::vector<GroupRow>& groups) {
  GroupRows rows;
  rows.reserve(groups.size());
  for (const auto& row : groups) rows.push_back(&row);
  std::ranges::sort(rows, [](const auto* a, const auto* b) { return std::tie(a->name, a->labels) < std::tie(b->name, b->labels); });
  return rows;
}

bool is_absent(const Absences& reasons, const Snapshot& snapshot) {
  for (const Absence* reason : reasons) {
    if (reason == nullptr) break;
    const auto* const fact = std::get_if<bool event::KernelFacts::*>(&reason->test);
    const auto* const test = std::get_if<bool (*)(const Snapshot&)>(&reason->test);
    if ((fact != nullptr && !(snapshot.kernel.*(*fact))) || (test != nullptr && (*test)(snapshot))) return true;
  }
  return false;
}

void emit(std::span<const Metric> metrics, const PageView& page, SampleSink& out) {
  emit(metrics, sorted_rows(page.snapshot.groups), page, out);
}

void emit_page(const PageView& page, SampleSink& out) {
  emit_tables(page, out);
  add_series_count(out);
}

void emit_tables(const PageView& page, SampleSink& out) {
  emit(page.table.groups(), page, out);
  emit(page.table.host(), {}, page, out);
}

void add_series_count(SampleSink& out) {
  out.open(series_metric().family);
  out.subject({});
  out.add(out.series() + 1);  // the last series of the page: counts all others and itself
}

std::size_t count_series(const Snapshot& snapshot, const MetricTable& table) {
  SeriesCounter counter;
  const Build build;
  emit_page({snapshot, build, table}, counter);
  return counter.series();
}

void emit_group(const Metric& metric, const GroupView& group, SampleSink& out) {
  const auto* const get = std::get_if<GroupGetter>(&metric.get);
  if (get == nullptr || is_absent(metric.absent, group.snapshot) || GroupTests{metric, false}.absent(group)) return;
  (*get)(group, out);
}

void emit_detail(const MetricTable& table, const ThreadNameRow& row, SampleSink& out) { emit_details(table.thread_names(), row, out); }
void emit_detail(const MetricTable& table, const ThreadRow& row, SampleSink& out) { emit_details(table.threads(), row, out); }
void emit_detail(const MetricTable& table, const ProcessRow& row, SampleSink& out) { emit_details(table.processes(), row, out); }

void add_split(SampleSink& out, const ledger::CpuSplit& split) {
  out.add({"user"}, to_seconds(split.user_ns));
  out.add({"system"}, to_seconds(split.system_ns));
}

}  // namespace procledger::metrics
