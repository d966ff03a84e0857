// SPDX-License-Identifier: Apache-2.0
// What the daemon knows of itself and of its service, in registries of prometheus-cpp; and how the metrics of any such registry come to a
// page. Nothing of a group is here: those metrics have a table of their own (core/metrics/metric_table.hpp).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "core/metrics/metric_table.hpp"

namespace procledger::exposition {

/// This process, as /proc/self shows it. Absent: could not be read.
struct OwnProcess {
  std::optional<double> cpu_seconds{};
  std::optional<double> resident_bytes{};
  std::optional<double> virtual_bytes{};
  std::optional<double> open_fds{};
  std::optional<double> max_fds{};
  std::optional<double> start_time_seconds{};  ///< Unix time
};

/// The process_* metrics that every exporter has. Thread-safe if `read` is.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMaxSeries = 6;
  using Read = std::function<OwnProcess()>;

  /// @param read  called for each page
  explicit ProcessMetrics(Read read) : read_{std::move(read)} {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

/// How the configuration in force came to be. Thread-safe.
class ReloadMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMaxSeries = 2;
  using Time = std::chrono::system_clock::time_point;

  /// @param now  when the first configuration was taken over
  explicit ReloadMetrics(Time now);

  void note_success(Time now);
  /// Another configuration was asked for, but has errors.
  void note_failure() { successful_->Set(0); }

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  prometheus::Registry registry_;
  prometheus::Gauge* successful_;
  prometheus::Gauge* success_time_;
};

/// Requests and what they were answered. The page that a request asks for does not count that request. Thread-safe.
class HttpMetrics final : public prometheus::Collectable {
  static constexpr std::array<unsigned, 7> kStatuses{200, 400, 403, 404, 405, 500, 503};

 public:
  static constexpr std::size_t kMaxSeries = kStatuses.size() + 1;

  HttpMetrics();

  /// @param status  one of those that the daemon answers with; others count as 500
  void count(unsigned status, std::size_t body_bytes);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  prometheus::Registry registry_;
  std::array<prometheus::Counter*, kStatuses.size()> requests_{};  ///< all from the start: 0 is known
  prometheus::Counter* response_bytes_;
};

/// All of these, in the order of the page. Null: a page is made without a daemon.
struct DaemonMetrics {
  std::shared_ptr<ProcessMetrics> process{};
  std::shared_ptr<ReloadMetrics> reloads{};
  std::shared_ptr<HttpMetrics> http{};
};

/// What they may add to the series of a snapshot, at most.
inline constexpr std::size_t kMaxDaemonSeries = ProcessMetrics::kMaxSeries + ReloadMetrics::kMaxSeries + HttpMetrics::kMaxSeries;

/// Their rows, in the order of the page. Such a row has no getter: the value is in a registry.
[[nodiscard]] std::vector<const metrics::Metric*> daemon_metrics();

/// All that `from` has, in its order; samples of one family are ordered by their labels. JSON has what one of the rows above names.
void add_collected(const prometheus::Collectable& from, metrics::SampleSink& out);
void add_collected(const DaemonMetrics& daemon, metrics::SampleSink& out);

}  // namespace procledger::exposition
