// SPDX-License-Identifier: Apache-2.0
#include "exposition/family_builder.hpp"

namespace procledger::exposition {
namespace {

prometheus::MetricType model_type(metrics::Type type) {
  switch (type) {
    case metrics::Type::kCounter:
      return prometheus::MetricType::Counter;
    case metrics::Type::kHistogram:
      return prometheus::MetricType::Histogram;
    case metrics::Type::kGauge:
    case metrics::Type::kInfo:
      break;
  }
  return prometheus::MetricType::Gauge;
}

}  // namespace

void ModelBuilder::open(const metrics::Family& entry) {
  finish();
  family_ = {entry.type, {std::string{entry.name}, std::string{entry.help}, model_type(entry.type), {}}};
}

void ModelBuilder::finish() {
  if (!family_.data.metric.empty()) visit_(family_);
  family_ = {};
}

prometheus::ClientMetric& ModelBuilder::append(SampleLabels labels) {
  std::erase_if(labels, [](const auto& label) { return label.value.empty(); });
  auto& metric = family_.data.metric.emplace_back();
  metric.label = std::move(labels);
  return metric;
}

void ModelBuilder::add(SampleLabels labels, double value) {
  auto& metric = append(std::move(labels));
  (family_.type == metrics::Type::kCounter ? metric.counter.value : metric.gauge.value) = value;
  ++series_;
}

void ModelBuilder::add(SampleLabels labels, prometheus::ClientMetric::Histogram histogram) {
  series_ += histogram.bucket.size() + 2;
  append(std::move(labels)).histogram = std::move(histogram);
}

}  // namespace procledger::exposition
