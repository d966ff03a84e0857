// SPDX-License-Identifier: Apache-2.0
#include "exposition/daemon_metrics.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace procledger::exposition {
namespace {

using prometheus::ClientMetric;

constexpr std::array kHttpFamilies{
    metrics::Family{"procledger_http_requests_total", metrics::Type::kCounter, metrics::Unit::kNone, "code",
                    "HTTP requests that were answered, by status. The request for this page is not among them yet."},
    metrics::Family{"procledger_http_response_bytes_total", metrics::Type::kCounter, metrics::Unit::kBytes, "",
                    "Bytes of the bodies of these answers, as they were sent: compressed where the client took that."}};

prometheus::Family<prometheus::Counter>& add_counter(prometheus::Registry& registry, const metrics::Family& family) {
  return prometheus::BuildCounter().Name(std::string{family.name}).Help(std::string{family.help}).Register(registry);
}

metrics::Type type_of(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return metrics::Type::kCounter;
    case prometheus::MetricType::Histogram:
      return metrics::Type::kHistogram;
    default:
      return metrics::Type::kGauge;
  }
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

HttpMetrics::HttpMetrics() : response_bytes_{&add_counter(registry_, kHttpFamilies[1]).Add({})} {
  auto& requests = add_counter(registry_, kHttpFamilies[0]);
  for (std::size_t i = 0; i < kStatuses.size(); ++i) requests_[i] = &requests.Add({{"code", std::to_string(kStatuses[i])}});
}

void HttpMetrics::count(unsigned status, std::size_t body_bytes) {
  const auto* found = std::ranges::find(kStatuses, status);
  if (found == kStatuses.end()) found = std::ranges::find(kStatuses, 500U);
  requests_[static_cast<std::size_t>(found - kStatuses.begin())]->Increment();
  response_bytes_->Increment(static_cast<double>(body_bytes));
}

std::span<const metrics::Family> http_families() { return kHttpFamilies; }

void add_collected(const prometheus::Collectable& from, metrics::SampleSink& out) {
  std::vector<prometheus::MetricFamily> families = from.Collect();
  std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
  for (prometheus::MetricFamily& each : families) {
    const metrics::Family family{each.name, type_of(each.type), metrics::Unit::kNone, "", each.help};
    std::ranges::sort(each.metric, [](const ClientMetric& a, const ClientMetric& b) { return a.label < b.label; });
    out.open(family);
    for (const ClientMetric& metric : each.metric) add_sample(each.type, metric, out);
  }
}

}  // namespace procledger::exposition
