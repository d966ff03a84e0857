// SPDX-License-Identifier: Apache-2.0
// Every metric that procledger exports, in one table: a row a metric. The text formats, JSON, the count and the limit of series, and
// docs/metrics.md walk it; none of them names a metric of a group. The table knows no format.
// metric_table() has all rows; a test makes a table with one row more, to see that this is enough.
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

/// The smallest set of metrics that a metric belongs to; each set contains those before it.
enum class Set : std::uint8_t { kMinimal, kDefault, kFull };

/// What a page says of a metric before its samples.
struct Family {
  std::string_view name;  ///< the exposed name, with `_total` on counters and `_info` on infos
  Type type{};
  Unit unit{};
  std::string_view labels;  ///< comma-separated; a group's rule adds its own behind the first
  std::string_view help;    ///< one sentence or two that a stranger understands
  /// Where JSON has the value. Empty: nowhere. What begins with kUsage is told of reaped children, too.
  /// Keys from the group's object (from the page's, for a metric of the page), separated by points:
  ///   cpu_seconds.{}       {} stands for the next label value
  ///   lost[cause].records  an element of a list, told from others by its keys in brackets, which have the next label values
  ///   kernel.*             no value: all labels that are left, by their names; the words true and false become those of JSON
  ///   config.successful?   true and false instead of 1 and 0
  std::string_view json{};
};

/// Keeps whole numbers whole, for JSON.
using Number = std::variant<std::uint64_t, double>;

inline constexpr Number kOne{1.0};
inline constexpr Number kZero{0.0};

/// @return what the text formats print
[[nodiscard]] inline double as_double(const Number& number) {
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

/// One bucket more than bounds: the last takes the rest. Counts are not cumulative.
struct Histogram {
  std::span<const double> bounds;
  std::span<const std::uint64_t> counts;
  double sum{};
};

/// Whose samples follow: values of the labels that all of them share.
struct Subject {
  std::optional<std::string_view> group{};       ///< value of the first label
  const Labels* own{};                           ///< labels with names of their own, behind the group
  std::span<const std::string_view> identity{};  ///< of a thread or a process: values of the labels that follow
};

using LabelValues = std::span<const std::string_view>;

/// Receives samples, family by family. No call allocates. Views are valid during the call, those of `open` and `subject` until the next.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  virtual void open(const Family& /*family*/) {}
  virtual void subject(const Subject& /*subject*/) {}

  void add(const Number& value) { add({}, value); }
  /// @param labels  values of the labels that the subject has not given, in the order in which the family names them
  void add(std::initializer_list<std::string_view> labels, const Number& value) {
    ++series_;
    on_sample({labels.begin(), labels.size()}, value);
  }
  /// Unknown is absent.
  template <typename T>
  void add(std::initializer_list<std::string_view> labels, const std::optional<T>& value) {
    if (value) add(labels, Number{*value});
  }
  void add(const Histogram& histogram) {
    series_ += histogram.counts.size() + 2;
    on_histogram(histogram);
  }
  /// A value that is known but has no place on a page; JSON takes it.
  void add_hidden(std::initializer_list<std::string_view> labels, const Number& value) {
    on_hidden({labels.begin(), labels.size()}, value);
  }

  /// Sample lines so far, in any of our formats.
  [[nodiscard]] std::uint64_t series() const { return series_; }

 protected:
  virtual void on_sample(LabelValues labels, const Number& value) = 0;
  virtual void on_histogram(const Histogram& histogram) = 0;
  virtual void on_hidden(LabelValues /*labels*/, const Number& /*value*/) {}

 private:
  std::uint64_t series_{};
};

/// Only counts.
class SeriesCounter final : public SampleSink {
 private:
  void on_sample(LabelValues /*labels*/, const Number& /*value*/) override {}
  void on_histogram(const Histogram& /*histogram*/) override {}
};

/// What procledger_build_info tells.
struct Build {
  std::string version;
  std::string revision;
  std::string compiler;
};

struct GroupView {
  const GroupRow& row;
  const Snapshot& snapshot;
  const event::Totals& total;  ///< the group's own, or, for JSON, those of what it reaped
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

/// A reason for which a metric, or a sample of it, is absent.
struct Absence {
  std::string_view when;  ///< short, for docs/metrics.md
  /// Whether that is so: the fact does not hold, or a question. None: the getter finds out, and gives no sample then.
  std::variant<std::monostate, bool event::KernelFacts::*, bool (*)(const Snapshot&), bool (*)(const GroupView&)> test{};
  bool in_json{};  ///< a group's value is known: JSON has it all the same
};

/// One of them is enough; empty ones come last.
using Absences = std::array<const Absence*, 3>;

inline constexpr Absences kNever{};

/// One metric. The getter gives the samples of one group, of one part of a group, or of the whole page. Without one the value comes from
/// elsewhere.
struct Metric {
  Family family;
  Set set;
  Absences absent;
  std::variant<std::monostate, GroupGetter, ThreadNameGetter, ThreadGetter, ProcessGetter, PageGetter> get{};
};

inline constexpr std::string_view kUsage = "usage.";

[[nodiscard]] std::span<const Metric> group_metrics();  ///< and of what is below a group
[[nodiscard]] std::span<const Metric> host_metrics();   ///< of the host, of sources and of collections
[[nodiscard]] const Metric& series_metric();            ///< the last on the page: how many series there are; has no getter

/// Which metrics there are. Never changes.
class MetricTable {
 public:
  using Rows = std::vector<const Metric*>;

  /// @param groups, host  rows in the order of exposition, which outlive the table
  MetricTable(std::span<const Metric> groups, std::span<const Metric> host);

  [[nodiscard]] std::span<const Metric> groups() const { return groups_; }
  [[nodiscard]] std::span<const Metric> host() const { return host_; }
  [[nodiscard]] Rows all() const;  ///< in the order of exposition

  // Those of what is below a group. A page may have a hundred thousand such rows, and no other metric is looked at for each.
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

/// Pointers into a snapshot, by name and labels: the order of the page.
using GroupRows = std::vector<const GroupRow*>;
[[nodiscard]] GroupRows sorted_rows(const std::vector<GroupRow>& groups);

/// Whether one of these is so for the whole page.
[[nodiscard]] bool is_absent(const Absences& reasons, const Snapshot& snapshot);

inline constexpr Absence kNoStorageIo{"the kernel counts no storage I/O", &event::KernelFacts::storage_io};

/// Whether the group has a member. Gauges of others are not shown.
[[nodiscard]] inline bool is_alive(const GroupRow& row) { return row.account.members + row.account.processes + row.account.threads > 0; }

/// All samples of the page of this snapshot, the number of series included.
void walk_page(const PageView& page, SampleSink& out);

// The two parts of that, for a page that has more metrics: theirs belong between the two.
void walk_tables(const PageView& page, SampleSink& out);
void add_series_count(SampleSink& out);

/// Sample lines of the page of this snapshot, as procledger_series tells them. Nothing is rendered; a test holds it against the page.
[[nodiscard]] std::size_t count_series(const Snapshot& snapshot, const MetricTable& table = metric_table());

/// Samples of some metrics of the page.
void walk(std::span<const Metric> metrics, const PageView& page, SampleSink& out);

/// The samples of one metric for one group, those among them that are known and that a page leaves out; none for metrics of the page and of
/// what is below a group.
void walk_group(const Metric& metric, const GroupView& group, SampleSink& out);

// The samples of one row below a group, over all metrics of such rows.
void walk_detail(const MetricTable& table, const ThreadNameRow& row, SampleSink& out);
void walk_detail(const MetricTable& table, const ThreadRow& row, SampleSink& out);
void walk_detail(const MetricTable& table, const ProcessRow& row, SampleSink& out);

/// The label value of a process state.
[[nodiscard]] constexpr std::string_view state_name(event::State state) {
  constexpr std::array<std::string_view, event::kStateCount> kNames{"running", "sleeping", "disk_sleep", "stopped",
                                                                    "zombie",  "idle",     "other"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames.back();
}

/// Rounded once: whole seconds and the rest apart, since a year of nanoseconds does not fit a double.
[[nodiscard]] constexpr double to_seconds(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kPerSecond = 1'000'000'000;
  const std::uint64_t whole = nanoseconds / kPerSecond;
  return static_cast<double>(whole) + static_cast<double>(nanoseconds % kPerSecond) / 1e9;
}

[[nodiscard]] constexpr double to_seconds(std::int64_t nanoseconds) {
  const auto magnitude = static_cast<std::uint64_t>(nanoseconds);
  return nanoseconds < 0 ? -to_seconds(0 - magnitude) : to_seconds(magnitude);
}

/// Unknown stays unknown.
template <typename Nanoseconds>
[[nodiscard]] constexpr std::optional<double> to_seconds(const std::optional<Nanoseconds>& nanoseconds) {
  return nanoseconds ? std::optional{to_seconds(*nanoseconds)} : std::nullopt;
}

/// Two samples, by mode.
void add_split(SampleSink& out, const ledger::CpuSplit& split);

}  // namespace procledger::metrics
