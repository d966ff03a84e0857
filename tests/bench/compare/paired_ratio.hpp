// SPDX-License-Identifier: Apache-2.0
// The ratio of the costs of two programs, from rounds that measured both, and its confidence interval.
//
// Estimate: Hodges-Lehmann, the median of the geometric means of all pairs of rounds. Interval: from the exact distribution of Wilcoxon's
// signed-rank statistic. Both need only one assumption: for two equal programs, the values of a round are equally likely the other way
// round. Every round measures the programs in both orders, so the assumption holds for any noise of the machine, and few rounds are enough.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace procledger::bench {

/// Ours over theirs; below 1 is better.
struct RatioInterval {
  double low{};
  double ratio{};
  double high{};
};

/// @param ours, theirs  a value above 0 for each round, in the same order
/// @param miss  the probability that the interval misses the ratio: 0.05 for an interval of 95 %
/// @return absent for fewer rounds than least_rounds(miss), for which no interval excludes any ratio
[[nodiscard]] std::optional<RatioInterval> ratio_interval(const std::vector<double>& ours, const std::vector<double>& theirs, double miss);

/// The minimum number of rounds for an interval.
[[nodiscard]] std::size_t least_rounds(double miss);

enum class Comparison {
  kBetter,    ///< the whole interval is below 1
  kNotWorse,  ///< the interval includes 1 and no ratio above kTolerated
  kWorse,     ///< the whole interval is above 1
  kUnclear    ///< the interval includes 1 and ratios above kTolerated
};

inline constexpr double kTolerated = 1.1;

[[nodiscard]] Comparison judge(const RatioInterval& interval);

/// The approximate number of rounds for a clear verdict after `rounds` unclear rounds, with the same noise: the width of an interval
/// shrinks with the square root of the number of rounds.
[[nodiscard]] std::size_t rounds_that_tell(const RatioInterval& interval, std::size_t rounds);

}  // namespace procledger::bench
