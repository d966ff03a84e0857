// SPDX-License-Identifier: Apache-2.0
// Repeated measurements. Others use the machine meanwhile, so what counts is the median, and ratios are made inside a round, where both
// sides met about the same conditions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace procledger::bench {

class Series {
 public:
  void add(double value) { values_.push_back(value); }

  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] double median() const;  ///< not of an empty series
  [[nodiscard]] double least() const;
  [[nodiscard]] double most() const;

  /// Round by round. Both have been measured equally often.
  [[nodiscard]] Series over(const Series& other) const;
  [[nodiscard]] Series minus(const Series& other) const;

 private:
  std::vector<double> values_;
};

[[nodiscard]] std::string fixed(double value, int decimals);

/// "12.3 (11.9 to 14.0)": the median and the extremes.
[[nodiscard]] std::string with_range(const Series& series, int decimals);

}  // namespace procledger::bench
