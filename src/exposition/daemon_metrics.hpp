// SPDX-License-Identifier: Apache-2.0
// What the daemon counts about its own service, in a registry of prometheus-cpp; and how the metrics of any such registry come to a page.
// Nothing of a group is here: those metrics have a table of their own (core/metrics/metric_table.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include "core/metrics/metric_table.hpp"

namespace procledger::exposition {

/// Requests and what they were answered. The page that a request asks for does not count that request. Thread-safe.
class HttpMetrics final : public prometheus::Collectable {
 public:
  HttpMetrics();

  /// @param status  one of those that the daemon answers with; others count as 500
  void count(unsigned status, std::size_t body_bytes);

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return registry_.Collect(); }

 private:
  static constexpr std::array<unsigned, 7> kStatuses{200, 400, 403, 404, 405, 500, 503};

  prometheus::Registry registry_;
  std::array<prometheus::Counter*, kStatuses.size()> requests_{};  ///< all from the start: 0 is known
  prometheus::Counter* response_bytes_;
};

/// Of HttpMetrics, for the documentation.
[[nodiscard]] std::span<const metrics::Family> http_families();

/// All that `from` has. Samples of one family are ordered by their labels.
void add_collected(const prometheus::Collectable& from, metrics::SampleSink& out);

}  // namespace procledger::exposition
