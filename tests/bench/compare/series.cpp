// SPDX-License-Identifier: Apache-2.0
#include "compare/series.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace procledger::bench {

double Series::median() const {
  std::vector<double> sorted = values_;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 != 0 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

double Series::least() const { return *std::min_element(values_.begin(), values_.end()); }

double Series::most() const { return *std::max_element(values_.begin(), values_.end()); }

Series Series::over(const Series& other) const {
  Series result;
  for (std::size_t i = 0; i < values_.size(); ++i) result.add(values_[i] / other.values_[i]);
  return result;
}

Series Series::minus(const Series& other) const {
  Series result;
  for (std::size_t i = 0; i < values_.size(); ++i) result.add(values_[i] - other.values_[i]);
  return result;
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, decimals).ptr;
  return {text.begin(), end};
}

std::string with_range(const Series& series, int decimals) {
  return fixed(series.median(), decimals) + " (" + fixed(series.least(), decimals) + " to " + fixed(series.most(), decimals) + ")";
}

}  // namespace procledger::bench
