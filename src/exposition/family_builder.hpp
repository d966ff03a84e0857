// SPDX-License-Identifier: Apache-2.0
// Puts samples under the names of the metric table. Internal to the model.
#pragma once

#include <cstddef>
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

/// All families of groups and of what is below them.
void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot);

/// The process_* families: procledger as any other program describes itself.
void add_own_process(ModelBuilder& out, const metrics::OwnProcess& own);

}  // namespace procledger::exposition
