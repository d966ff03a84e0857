// SPDX-License-Identifier: Apache-2.0
// Puts samples under the names of the metric table. Internal to the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "exposition/host_metrics.hpp"

namespace procledger::exposition {

using SampleLabels = std::vector<prometheus::ClientMetric::Label>;

class ModelBuilder {
 public:
  explicit ModelBuilder(const FamilyVisitor& visit) : visit_{visit} {}

  /// Samples from here on belong to this family. The one before is complete.
  void open(const metrics::Family& entry);
  /// @param name  of a family in the metric table
  void open(std::string_view name) { open(metrics::family(name)); }

  /// A sample of a counter, gauge or info.
  void add(SampleLabels labels, double value);

  /// Unknown is absent.
  void add(SampleLabels labels, std::optional<double> value) {
    if (value) add(std::move(labels), *value);
  }

  void add(SampleLabels labels, prometheus::ClientMetric::Histogram histogram);

  /// No more families.
  void finish();

  /// Sample lines so far, in any of our formats.
  [[nodiscard]] std::size_t series() const { return series_; }

 private:
  prometheus::ClientMetric& append(SampleLabels labels);

  const FamilyVisitor& visit_;
  TypedFamily family_;  ///< visited only if it has a sample: an empty one has no place on the page
  std::size_t series_{};
};

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

}  // namespace procledger::exposition
