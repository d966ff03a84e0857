// SPDX-License-Identifier: Apache-2.0
#include "compare/paired_ratio.hpp"

#include <algorithm>
#include <cmath>

namespace procledger::bench {
namespace {

/// The means of all pairs of values, including each value with itself, in ascending order.
std::vector<double> walsh_averages(const std::vector<double>& values) {
  std::vector<double> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  }
  std::sort(means.begin(), means.end());
  return means;
}

/// The probability of every sum of ranks 1 to `rounds` if each rank counts with probability 1/2.
std::vector<double> signed_rank_chances(std::size_t rounds) {
  std::vector<double> chances(rounds * (rounds + 1) / 2 + 1, 0.0);
  chances[0] = 1;
  for (std::size_t rank = 1; rank <= rounds; ++rank) {
    for (std::size_t sum = chances.size(); sum-- > 0;) chances[sum] = (chances[sum] + (sum >= rank ? chances[sum - rank] : 0)) / 2;
  }
  return chances;
}

/// The number of averages that may be cut off at each end.
std::size_t averages_to_cut(std::size_t rounds, double miss) {
  const std::vector<double> chances = signed_rank_chances(rounds);
  std::size_t cut = 0;
  for (double tail = chances[0]; tail <= miss / 2 && cut < chances.size() / 2; tail += chances[cut]) ++cut;
  return cut;
}

}  // namespace

std::optional<RatioInterval> ratio_interval(const std::vector<double>& ours, const std::vector<double>& theirs, double miss) {
  const std::size_t rounds = ours.size();
  const std::size_t cut = averages_to_cut(rounds, miss);
  if (cut == 0) return std::nullopt;
  std::vector<double> logs;
  for (std::size_t i = 0; i < rounds; ++i) logs.push_back(std::log(ours[i] / theirs[i]));
  const std::vector<double> averages = walsh_averages(logs);
  const std::size_t count = averages.size();
  const double middle = (averages[(count - 1) / 2] + averages[count / 2]) / 2;
  return RatioInterval{.low = std::exp(averages[cut - 1]), .ratio = std::exp(middle), .high = std::exp(averages[count - cut])};
}

std::size_t least_rounds(double miss) {
  std::size_t rounds = 1;
  while (averages_to_cut(rounds, miss) == 0) ++rounds;
  return rounds;
}

Comparison judge(const RatioInterval& interval) {
  if (interval.low > 1) return Comparison::kWorse;
  if (interval.high < 1) return Comparison::kBetter;
  return interval.high <= kTolerated ? Comparison::kNotWorse : Comparison::kUnclear;
}

std::size_t rounds_that_tell(const RatioInterval& interval, std::size_t rounds) {
  const double ratio = std::log(interval.ratio);
  const double reach = std::max(std::log(interval.high) - ratio, ratio - std::log(interval.low));
  const double enough = std::max(std::log(kTolerated) - ratio, ratio);  // excludes kTolerated or 1, whichever is farther away
  const double needed = std::ceil(static_cast<double>(rounds) * (reach / enough) * (reach / enough));
  return std::max(static_cast<std::size_t>(needed), rounds + 1);
}

}  // namespace procledger::bench
