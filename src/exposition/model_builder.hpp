// SPDX-License-Identifier: Apache-2.0
// Puts samples under the names of the metric table. Internal to the model.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exposition/model.hpp"

namespace procledger::exposition {

using SampleLabels = std::vector<prometheus::ClientMetric::Label>;

class ModelBuilder {
 public:
  /// Samples from here on belong to this family; it must be in the metric table.
  void open(std::string_view name);

  /// A sample of a counter, gauge or info.
  void add(SampleLabels labels, double value);

  /// Unknown is absent.
  void add(SampleLabels labels, std::optional<double> value) {
    if (value) add(std::move(labels), *value);
  }

  void add(SampleLabels labels, prometheus::ClientMetric::Histogram histogram);

  [[nodiscard]] std::vector<TypedFamily> take() && { return std::move(families_); }
  [[nodiscard]] const std::vector<TypedFamily>& families() const { return families_; }

 private:
  prometheus::ClientMetric& append(SampleLabels labels);

  std::string_view name_;
  bool opened_{};  ///< a family is made at its first sample: an empty one has no place on the page
  std::vector<TypedFamily> families_;
};

/// All procledger_group_* families.
void add_groups(ModelBuilder& out, const metrics::Snapshot& snapshot);

}  // namespace procledger::exposition
