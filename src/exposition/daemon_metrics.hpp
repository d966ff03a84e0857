// SPDX-License-Identifier: Apache-2.0
// Metrics of the daemon itself, its configuration and its HTTP server, in registries of prometheus-cpp, and the function that adds the
// metrics of such a registry to a page. Metrics of groups are in core/metrics/metric_table.hpp.
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

/// Values of this process from /proc/self. Absent: could not be read.
struct OwnProcess {
  std::optional<double> cpu_seconds{};
  std::optional<double> resident_bytes{};
  std::optional<double> virtual_bytes{};
  std::optional<double> open_fds{};
  std::optional<double> max_fds{};
  std::optional<double> start_time_seconds{};  ///< Unix time
};

/// The process_* metrics that every exporter has. Reads the values for each page. Thread-safe if `read` is.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMaxSeries = 6;
  using Read = std::function<OwnProcess()>;

  /// @param read  is called for each page
  explicit ProcessMetrics(Read read) : read_{std::move(read)} {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

/// Metrics of the last reload. `serve` reports every reload to it. Thread-safe.
class ReloadMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMaxSeries = 2;
  using Time = std::chrono::system_clock::time_point;

  /// @param now  time at which the first configuration was loaded
  explicit ReloadMetrics(Time now);

  void note_success(Time now);
  /// The new configuration has errors.
  void note_failure() { successful_->Set(0); }

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  prometheus::Registry registry_;
  prometheus::Gauge* successful_;
  prometheus::Gauge* success_time_;
};

/// Metrics of HTTP requests and response bodies. The HTTP server reports every response to it. A page does not count its own request.
/// Thread-safe.
class HttpMetrics final : public prometheus::Collectable {
  static constexpr std::array<unsigned, 7> kStatuses{200, 400, 403, 404, 405, 500, 503};

 public:
  static constexpr std::size_t kMaxSeries = kStatuses.size() + 1;

  HttpMetrics();

  /// @param status  a status not in kStatuses counts as 500
  void count(unsigned status, std::size_t body_bytes);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  prometheus::Registry registry_;
  std::array<prometheus::Counter*, kStatuses.size()> requests_{};  ///< every status from the start, because 0 is a known value
  prometheus::Counter* response_bytes_{};
};

/// The metrics of a daemon, in the order of the page. Null: the page is made without a daemon.
struct DaemonMetrics {
  std::shared_ptr<ProcessMetrics> process{};
  std::shared_ptr<ReloadMetrics> reloads{};
  std::shared_ptr<HttpMetrics> http{};
};

/// Maximum number of series that these metrics add to a page.
inline constexpr std::size_t kMaxDaemonSeries = ProcessMetrics::kMaxSeries + ReloadMetrics::kMaxSeries + HttpMetrics::kMaxSeries;

/// The rows of these metrics, in the order of the page. The rows have no getter, because the values are in registries.
[[nodiscard]] std::vector<const metrics::Metric*> daemon_metrics();

/// Adds all metrics of `from` in its order; samples of one family are sorted by their labels. JSON has the metrics with a place in the rows
/// above.
void add_collected(const prometheus::Collectable& from, metrics::SampleSink& out);
void add_collected(const DaemonMetrics& daemon, metrics::SampleSink& out);

}  // namespace procledger::exposition
