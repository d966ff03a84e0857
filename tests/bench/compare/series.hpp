// SPDX-License-Identifier: Apache-2.0
// Repeated measurements. Other processes use the machine meanwhile, so the result is the median, and a ratio is of values of one round, in
// which both sides had similar conditions.
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
  [[nodiscard]] double median() const;  ///< the series must not be empty
  [[nodiscard]] double least() const;
  [[nodiscard]] double most() const;

  /// The ratios, round by round. Both series have the same number of rounds.
  [[nodiscard]] Series over(const Series& other) const;
  [[nodiscard]] Series minus(const Series& other) const;

 private:
  std::vector<double> values_;
};

[[nodiscard]] std::string fixed(double value, int decimals);

/// "12.3 (11.9 to 14.0)": the median, the minimum and the maximum.
[[nodiscard]] std::string with_range(const Series& series, int decimals);

}  // namespace procledger::bench
