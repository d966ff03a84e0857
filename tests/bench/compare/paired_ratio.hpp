// SPDX-License-Identifier: Apache-2.0
// The ratio of what two programs cost, from rounds that measured both, and whether the rounds tell it from chance.
//
// Estimate: Hodges-Lehmann, the median of the geometric means of all pairs of rounds. Interval: from the exact distribution of Wilcoxon's
// signed-rank statistic. Both need one assumption only: two equal programs exchange their values in a round as often one way as the other.
// Measuring both in both orders in every round makes it true, whatever the noise of the machine looks like, so few rounds are enough.
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
/// @param miss  how often the interval may miss the ratio: 0.05 for an interval of 95 %
/// @return nothing: fewer rounds than least_rounds(miss), for which no interval is narrow enough to exclude anything
[[nodiscard]] std::optional<RatioInterval> ratio_interval(const std::vector<double>& ours, const std::vector<double>& theirs, double miss);

/// The fewest rounds that have an interval.
[[nodiscard]] std::size_t least_rounds(double miss);

enum class Comparison {
  kBetter,    ///< the whole interval is below 1
  kNotWorse,  ///< the interval includes 1, and excludes that ours costs more than kTolerated
  kWorse,     ///< the whole interval is above 1
  kUnclear    ///< the interval includes 1 and more than kTolerated: both would look like this
};

inline constexpr double kTolerated = 1.1;

[[nodiscard]] Comparison judge(const RatioInterval& interval);

/// About how many rounds tell what `rounds` rounds left unclear, if the machine stays as it was: an interval shrinks with their square
/// root.
[[nodiscard]] std::size_t rounds_that_tell(const RatioInterval& interval, std::size_t rounds);

}  // namespace procledger::bench
