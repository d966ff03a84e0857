// SPDX-License-Identifier: Apache-2.0
// The table of all metrics of a snapshot, with one row per metric. The text formats, JSON, the count and the limit of series, and
// docs/metrics.md are made from these rows; none of them names a metric of a group. The table knows no format. metric_table() has all rows;
// a test adds one row to show that a new metric needs nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/event/host.hpp"
#include "core/event/observation.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::metrics {

enum class Type : std::uint8_t { kCounter, kGauge, kHistogram, kInfo };
enum class Unit : std::uint8_t { kNone, kSeconds, kBytes, kRatio };

/// The smallest set of metrics that a metric belongs to. Each set contains the sets before it.
enum class Set : std::uint8_t { kMinimal, kDefault, kFull };

/// The description of a metric on a page, before its samples.
struct Family {
  std::string_view name;  ///< the exposed name, with `_total` on counters and `_info` on infos
  Type type{};
  Unit unit{};
  std::string_view labels;  ///< comma-separated; the labels of a group's rule come after the first
  std::string_view help;    ///< one or two sentences for a reader without other context
  /// The place of the value in JSON. Empty: JSON does not have the value. A place that begins with kUsage also exists for reaped children.
  /// The place is a list of keys, separated by points, from the object of the group, or of the page for a metric of the page:
  ///   cpu_seconds.{}       {} is the next label value
  ///   lost[cause].records  an element of a list; the keys in brackets identify the element and have the next label values
  ///   kernel.*             no value, but all remaining labels by name; the texts "true" and "false" become JSON's true and false
  ///   config.successful?   true and false instead of 1 and 0
  std::string_view json{};
};

/// A value. JSON needs integers as integers.
using Number = std::variant<std::uint64_t, double>;

inline constexpr Number kOne{1.0};
inline constexpr Number kZero{0.0};

/// The value as the text formats print it.
[[nodiscard]] inline double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

/// Counts are not cumulative. There is one more count than bounds, for values above the last bound.
struct Histogram {
  std::span<const double> bounds;
  std::span<const std::uint64_t> counts;
  double sum{};
};

/// The group, thread or process of the samples that follow: values of their common labels.
struct Subject {
  std::optional<std::string_view> group{};       ///< value of the first label
  const Labels* own{};                           ///< labels of the group's rule, after the group
  std::span<const std::string_view> identity{};  ///< for a thread or a process: values of the next labels
};

using LabelValues = std::span<const std::string_view>;

/// Receives the samples of a page, family by family; emit_page and its parts call it, each format implements it. No call allocates. Views
/// are valid during the call; the views of `open` and `subject` are valid until the next such call.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  virtual void open(const Family& /*family*/) {}
  virtual void subject(const Subject& /*subject*/) {}

  void add(const Number& value) { add({}, value); }
  /// @param labels  values of the labels that the subject does not have, in the order of the family
  void add(std::initializer_list<std::string_view> labels, const Number& value) {
    ++series_;
    on_sample({labels.begin(), labels.size()}, value);
  }
  /// Adds no sample for an unknown value.
  template <typename T>
  void add(std::initializer_list<std::string_view> labels, const std::optional<T>& value) {
    if (value) add(labels, Number{*value});
  }
  void add(const Histogram& histogram) {
    series_ += histogram.counts.size() + 2;
    on_histogram(histogram);
  }
  /// Adds a known value that pages leave out and JSON shows.
  void add_hidden(std::initializer_list<std::string_view> labels, const Number& value) {
    on_hidden({labels.begin(), labels.size()}, value);
  }

  /// Number of sample lines so far, the same in every text format.
  [[nodiscard]] std::uint64_t series() const { return series_; }

 protected:
  virtual void on_sample(LabelValues labels, const Number& value) = 0;
  virtual void on_histogram(const Histogram& histogram) = 0;
  virtual void on_hidden(LabelValues /*labels*/, const Number& /*value*/) {}

 private:
  std::uint64_t series_{};
};

/// Counts series without writing them.
class SeriesCounter final : public SampleSink {
 private:
  void on_sample(LabelValues /*labels*/, const Number& /*value*/) override {}
  void on_histogram(const Histogram& /*histogram*/) override {}
};

/// The labels of procledger_build_info.
struct Build {
  std::string version;
  std::string revision;
  std::string compiler;
};

struct GroupView {
  const GroupRow& row;
  const Snapshot& snapshot;
  const event::TaskCounters& total;  ///< totals of the group, or, for JSON, of the processes that its members reaped
};

class MetricTable;
[[nodiscard]] const MetricTable& metric_table();

struct PageView {
  const Snapshot& snapshot;
  const Build& build;
  const MetricTable& table = metric_table();
};

using GroupGetter = void (*)(const GroupView&, SampleSink&);
using ThreadNameGetter = void (*)(const ThreadNameRow&, SampleSink&);
using ThreadGetter = void (*)(const ThreadRow&, SampleSink&);
using ProcessGetter = void (*)(const ProcessRow&, SampleSink&);
using PageGetter = void (*)(const PageView&, SampleSink&);

/// A reason for which a metric, or single samples of it, are absent.
struct Absence {
  std::string_view when;  ///< short, for docs/metrics.md
  /// The test of the reason: a kernel fact that must not hold, or a function. Without a test, the getter leaves out the samples.
  std::variant<std::monostate, bool event::KernelFacts::*, bool (*)(const Snapshot&), bool (*)(const GroupView&)> test{};
  bool in_json{};  ///< the value is known, and JSON has it
};

/// Reasons; each is enough by itself. Null pointers come last.
using Absences = std::array<const Absence*, 3>;

inline constexpr Absences kNever{};

/// One metric. The getter adds the samples of one group, of one thread name, thread or process, or of the whole page. Without a getter, the
/// row describes a metric whose values come from elsewhere.
struct Metric {
  Family family;
  Set set;
  Absences absent;
  std::variant<std::monostate, GroupGetter, ThreadNameGetter, ThreadGetter, ProcessGetter, PageGetter> get{};
};

inline constexpr std::string_view kUsage = "usage.";

[[nodiscard]] std::span<const Metric> group_metrics();  ///< metrics of groups and of their thread names, threads and processes
[[nodiscard]] std::span<const Metric> host_metrics();   ///< metrics of the host, of sources and of collections
[[nodiscard]] const Metric& series_metric();            ///< procledger_series, the last metric on the page; without a getter

/// The rows of all metrics of a page, grouped by what they describe. Does not own the rows. Immutable.
class MetricTable {
 public:
  using Rows = std::vector<const Metric*>;

  /// @param groups, host  rows in the order of the page; they must outlive the table
  MetricTable(std::span<const Metric> groups, std::span<const Metric> host);

  [[nodiscard]] std::span<const Metric> groups() const { return groups_; }
  [[nodiscard]] std::span<const Metric> host() const { return host_; }
  [[nodiscard]] Rows all() const;  ///< in the order of the page

  // Metrics of thread names, threads and processes. A page may have 100,000 of these, so their rows are found once and not for each.
  [[nodiscard]] const Rows& thread_names() const { return thread_names_; }
  [[nodiscard]] const Rows& threads() const { return threads_; }
  [[nodiscard]] const Rows& processes() const { return processes_; }

 private:
  std::span<const Metric> groups_;
  std::span<const Metric> host_;
  Rows thread_names_;
  Rows threads_;
  Rows processes_;
};

/// Pointers to the groups of a snapshot, sorted by name and labels, which is the order of the page.
using GroupRows = std::vector<const GroupRow*>;
[[nodiscard]] GroupRows sorted_rows(const std::vector<GroupRow>& groups);

/// Whether one of the reasons applies to the whole page.
[[nodiscard]] bool is_absent(const Absences& reasons, const Snapshot& snapshot);

inline constexpr Absence kNoStorageIo{"the kernel counts no storage I/O", &event::KernelFacts::storage_io};

/// Whether the group has a member. Groups without members have no gauges on the page.
[[nodiscard]] inline bool is_alive(const GroupRow& row) { return row.account.members + row.account.processes + row.account.threads > 0; }

/// Adds all samples of the page of this snapshot, including the number of series.
void emit_page(const PageView& page, SampleSink& out);

// The two parts of emit_page. A page with more metrics adds them between the two.
void emit_tables(const PageView& page, SampleSink& out);
void add_series_count(SampleSink& out);

/// Number of sample lines of the page of this snapshot: the value of procledger_series. Renders nothing; a test compares it with the page.
[[nodiscard]] std::size_t count_series(const Snapshot& snapshot, const MetricTable& table = metric_table());

/// Adds the samples of some metrics of the page.
void emit(std::span<const Metric> metrics, const PageView& page, SampleSink& out);

/// Adds the samples of one metric for one group, including known samples that a page leaves out. Does nothing for metrics of the page, of
/// thread names, of threads and of processes.
void emit_group(const Metric& metric, const GroupView& group, SampleSink& out);

// Add the samples of all metrics for one thread name, thread or process.
void emit_detail(const MetricTable& table, const ThreadNameRow& row, SampleSink& out);
void emit_detail(const MetricTable& table, const ThreadRow& row, SampleSink& out);
void emit_detail(const MetricTable& table, const ProcessRow& row, SampleSink& out);

/// The label value of a process state.
[[nodiscard]] constexpr std::string_view state_name(event::State state) {
  constexpr std::array<std::string_view, event::kStateCount> kNames{"running", "sleeping", "disk_sleep", "stopped",
                                                                    "zombie",  "idle",     "other"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames.back();
}

/// Seconds, rounded once. Whole seconds and the rest are converted separately, because a double cannot hold a year in nanoseconds exactly.
[[nodiscard]] constexpr double to_seconds(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kPerSecond = 1'000'000'000;
  const std::uint64_t whole = nanoseconds / kPerSecond;
  return static_cast<double>(whole) + static_cast<double>(nanoseconds % kPerSecond) / 1e9;
}

[[nodiscard]] constexpr double to_seconds(std::int64_t nanoseconds) {
  const auto magnitude = static_cast<std::uint64_t>(nanoseconds);
  return nanoseconds < 0 ? -to_seconds(0 - magnitude) : to_seconds(magnitude);
}

/// An unknown value stays unknown.
template <typename Nanoseconds>
[[nodiscard]] constexpr std::optional<double> to_seconds(const std::optional<Nanoseconds>& nanoseconds) {
  return nanoseconds ? std::optional{to_seconds(*nanoseconds)} : std::nullopt;
}

/// Adds two samples, for the modes user and system.
void add_split(SampleSink& out, const ledger::CpuSplit& split);

}  // namespace procledger::metrics
