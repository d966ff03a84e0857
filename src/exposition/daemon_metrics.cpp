// SPDX-License-Identifier: Apache-2.0
#include "exposition/daemon_metrics.hpp"
#include "base/clock.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>

namespace procledger::exposition {
namespace {

using enum metrics::Type;
using enum metrics::Unit;
using enum metrics::Set;
using metrics::Absence;
using metrics::kNever;
using metrics::Metric;
using prometheus::ClientMetric;

constexpr Absence kUnread{"/proc/self cannot be read"};
constexpr Absence kNoLimit{"there is no limit"};

struct ProcessRow {
  Metric metric;
  std::optional<double> OwnProcess::* value{};
};

const std::array<ProcessRow, ProcessMetrics::kMaxSeries> kProcess{{
    {{.family = {"process_cpu_seconds_total", kCounter, kSeconds, "", "User and system CPU time of procledger itself."},
      .set = kDefault,
      .absent = {&kUnread}},
     &OwnProcess::cpu_seconds},
    {{.family = {"process_resident_memory_bytes", kGauge, kBytes, "", "Resident memory of procledger itself."},
      .set = kDefault,
      .absent = {&kUnread}},
     &OwnProcess::resident_bytes},
    {{.family = {"process_virtual_memory_bytes", kGauge, kBytes, "", "Virtual memory of procledger itself."},
      .set = kDefault,
      .absent = {&kUnread}},
     &OwnProcess::virtual_bytes},
    {{.family = {"process_open_fds", kGauge, kNone, "", "Open file descriptors of procledger itself."},
      .set = kDefault,
      .absent = {&kUnread}},
     &OwnProcess::open_fds},
    {{.family = {"process_max_fds", kGauge, kNone, "", "Limit of open file descriptors of procledger itself."},
      .set = kDefault,
      .absent = {&kUnread, &kNoLimit}},
     &OwnProcess::max_fds},
    {{.family = {"process_start_time_seconds", kGauge, kSeconds, "", "Unix time at which procledger itself started."},
      .set = kDefault,
      .absent = {&kUnread}},
     &OwnProcess::start_time_seconds},
}};

const std::array kReloads{
    Metric{.family = {"procledger_config_last_reload_successful", kGauge, kNone, "",
                      "1 if the last load of the configuration succeeded, 0 if it failed and the previous configuration is still in "
                      "force.",
                      "config.last_reload_successful?"},
           .set = kDefault,
           .absent = kNever},
    Metric{.family = {"procledger_config_last_reload_success_timestamp_seconds", kGauge, kSeconds, "",
                      "Unix time at which the configuration in force was loaded.", "config.last_reload_success_timestamp_seconds"},
           .set = kDefault,
           .absent = kNever},
};

const std::array kHttp{
    Metric{.family = {"procledger_http_requests_total", kCounter, kNone, "code",
                      "HTTP requests that procledger has answered, by status. The request for this page does not count yet."},
           .set = kDefault,
           .absent = kNever},
    Metric{.family = {"procledger_http_response_bytes_total", kCounter, kBytes, "",
                      "Bytes of response bodies as sent, compressed where the client accepts compression."},
           .set = kDefault,
           .absent = kNever},
};

prometheus::Family<prometheus::Counter>& add_counter(prometheus::Registry& registry, const Metric& row) {
  return prometheus::BuildCounter().Name(std::string{row.family.name}).Help(std::string{row.family.help}).Register(registry);
}

prometheus::Family<prometheus::Gauge>& add_gauge(prometheus::Registry& registry, const Metric& row) {
  return prometheus::BuildGauge().Name(std::string{row.family.name}).Help(std::string{row.family.help}).Register(registry);
}

metrics::Type type_of(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return kCounter;
    case prometheus::MetricType::Histogram:
      return kHistogram;
    default:
      return kGauge;
  }
}

/// The description of a family: our row if there is one, else prometheus-cpp's.
metrics::Family family_of(const prometheus::MetricFamily& collected) {
  for (const Metric* row : daemon_metrics()) {
    if (row->family.name == collected.name) return row->family;
  }
  return {collected.name, type_of(collected.type), kNone, "", collected.help};
}

void add_histogram(const ClientMetric::Histogram& histogram, metrics::SampleSink& out) {
  std::vector<double> bounds;
  std::vector<std::uint64_t> counts;
  std::uint64_t before = 0;
  for (const auto& bucket : histogram.bucket) {
    bounds.push_back(bucket.upper_bound);
    counts.push_back(bucket.cumulative_count - std::exchange(before, bucket.cumulative_count));
  }
  out.add(metrics::Histogram{bounds, counts, histogram.sample_sum});  // the last bound is +Inf already
}

void add_sample(prometheus::MetricType type, const ClientMetric& metric, metrics::SampleSink& out) {
  metrics::Labels labels;
  for (const auto& [name, value] : metric.label) labels.emplace_back(name, value);
  out.subject({.own = &labels});
  if (type == prometheus::MetricType::Histogram) {
    add_histogram(metric.histogram, out);
  } else {
    out.add(metrics::Number{type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value});
  }
}

}  // namespace

// The registry lives for one page. A registry for all pages would keep series of unknown values, and its counters cannot be set.
std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  const OwnProcess own = read_();
  prometheus::Registry registry;
  for (const auto& [metric, value] : kProcess) {
    const std::optional<double>& known = own.*value;
    if (!known) continue;
    if (metric.family.type == kCounter) {
      add_counter(registry, metric).Add({}).Increment(*known);
    } else {
      add_gauge(registry, metric).Add({}).Set(*known);
    }
  }
  return registry.Collect();
}

ReloadMetrics::ReloadMetrics(Time now)
    : successful_{&add_gauge(registry_, kReloads[0]).Add({})}, success_time_{&add_gauge(registry_, kReloads[1]).Add({})} {
  note_success(now);
}

void ReloadMetrics::note_success(Time now) {
  success_time_->Set(unix_seconds(now));
  successful_->Set(1);
}

HttpMetrics::HttpMetrics() {
  auto& requests = add_counter(registry_, kHttp[0]);
  for (std::size_t i = 0; i < kStatuses.size(); ++i) requests_[i] = &requests.Add({{"code", std::to_string(kStatuses[i])}});
  response_bytes_ = &add_counter(registry_, kHttp[1]).Add({});
}

void HttpMetrics::count(unsigned status, std::size_t body_bytes) {
  const auto* found = std::ranges::find(kStatuses, status);
  if (found == kStatuses.end()) found = std::ranges::find(kStatuses, 500U);
  requests_[static_cast<std::size_t>(found - kStatuses.begin())]->Increment();
  response_bytes_->Increment(static_cast<double>(body_bytes));
}

std::vector<const metrics::Metric*> daemon_metrics() {
  std::vector<const metrics::Metric*> rows;
  rows.reserve(kProcess.size() + kReloads.size() + kHttp.size());
  for (const ProcessRow& row : kProcess) rows.push_back(&row.metric);
  for (const Metric& row : kReloads) rows.push_back(&row);
  for (const Metric& row : kHttp) rows.push_back(&row);
  return rows;
}

void add_collected(const prometheus::Collectable& from, metrics::SampleSink& out) {
  std::vector<prometheus::MetricFamily> families = from.Collect();
  for (prometheus::MetricFamily& each : families) {
    const metrics::Family family = family_of(each);
    std::ranges::sort(each.metric, [](const ClientMetric& a, const ClientMetric& b) { return a.label < b.label; });
    out.open(family);
    for (const ClientMetric& metric : each.metric) add_sample(each.type, metric, out);
  }
}

void add_collected(const DaemonMetrics& daemon, metrics::SampleSink& out) {
  for (const prometheus::Collectable* each :
       std::initializer_list<const prometheus::Collectable*>{daemon.process.get(), daemon.reloads.get(), daemon.http.get()}) {
    if (each != nullptr) add_collected(*each, out);
  }
}

}  // namespace procledger::exposition
