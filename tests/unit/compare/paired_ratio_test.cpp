// SPDX-License-Identifier: Apache-2.0
#include "compare/paired_ratio.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace procledger::bench {
namespace {

std::vector<double> exponentials(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double value : values) result.push_back(std::exp(value));
  return result;
}

/// Costs of a program on a machine where other load makes one round in five up to twice as expensive.
class NoisyMachine {
 public:
  explicit NoisyMachine(std::uint64_t seed) : random_{seed} {}

  std::vector<double> costs(std::size_t rounds, double cost) {
    std::vector<double> values;
    for (std::size_t i = 0; i < rounds; ++i) values.push_back(cost * (1 + 0.05 * uniform_(random_)) * disturbance());
    return values;
  }

 private:
  double disturbance() { return uniform_(random_) < 0.2 ? 1 + uniform_(random_) : 1; }

  std::mt19937_64 random_;
  std::uniform_real_distribution<double> uniform_{0, 1};
};

TEST(PairedRatio, IsThatOfATextbook) {
  // Hollander and Wolfe, Nonparametric Statistical Methods, 2nd edition, 3.1 to 3.3: depression scores of nine patients before and after
  // the first therapy. The estimate of the shift there is -0.46, the interval of 96 % is (-0.786, -0.010).
  const std::vector<double> before{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const std::vector<double> after{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  const auto interval = ratio_interval(exponentials(after), exponentials(before), 0.05);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(std::log(interval->ratio), -0.46, 0.005);
  EXPECT_NEAR(std::log(interval->low), -0.786, 0.0005);
  EXPECT_NEAR(std::log(interval->high), -0.010, 0.0005);
}

TEST(PairedRatio, HasNoIntervalForFewerRoundsThanOneInTwentyNeeds) {
  // All rounds on one side: 2 in 2^5 is more than 1 in 20, 2 in 2^6 is less.
  EXPECT_EQ(least_rounds(0.05), 6);
  EXPECT_EQ(least_rounds(0.05 / 20), 10);
  EXPECT_FALSE(ratio_interval({2, 2, 2, 2, 2}, {1, 1, 1, 1, 1}, 0.05));
  EXPECT_TRUE(ratio_interval({2, 2, 2, 2, 2, 2}, {1, 1, 1, 1, 1, 1}, 0.05));
}

TEST(PairedRatio, OfRoundsThatAgreeIsTheirRatio) {
  const auto interval = ratio_interval(std::vector<double>(12, 3.0), std::vector<double>(12, 2.0), 0.05);
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->low, 1.5);
  EXPECT_DOUBLE_EQ(interval->ratio, 1.5);
  EXPECT_DOUBLE_EQ(interval->high, 1.5);
}

TEST(PairedRatio, OneDisturbedRoundOfTwelveMovesItLittle) {
  std::vector<double> ours(12, 1.2);
  ours[3] = 20;
  const auto interval = ratio_interval(ours, std::vector<double>(12, 1.0), 0.05);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->ratio, 1.2, 1e-9);
  EXPECT_EQ(judge(*interval), Comparison::kWorse);
}

TEST(PairedRatio, OfEqualProgramsIsOneAsOftenAsPromised) {
  constexpr int kTables = 2'000;
  int misses = 0;
  for (int table = 0; table < kTables; ++table) {
    NoisyMachine machine{static_cast<std::uint64_t>(table)};
    const auto interval = ratio_interval(machine.costs(12, 1), machine.costs(12, 1), 0.05);
    ASSERT_TRUE(interval);
    if (interval->low > 1 || interval->high < 1) ++misses;
  }
  EXPECT_LE(misses, kTables * 0.05 + 3 * std::sqrt(kTables * 0.05 * 0.95));
  EXPECT_GE(misses, kTables * 0.02) << "an interval that is never wrong is too wide";
}

TEST(PairedRatio, OfASlowedProgramIsWorseInSpiteOfNoise) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    NoisyMachine machine{seed};
    const auto ours = machine.costs(24, 1.4);
    const auto interval = ratio_interval(ours, machine.costs(24, 1), 0.05 / 20);
    ASSERT_TRUE(interval);
    EXPECT_NE(judge(*interval), Comparison::kBetter) << "seed " << seed;
    if (judge(*interval) == Comparison::kWorse) ++found;
  }
  EXPECT_GE(found, 190);
}

TEST(PairedRatio, IsJudgedByTheWholeInterval) {
  EXPECT_EQ(judge({.low = 0.90, .ratio = 0.95, .high = 0.99}), Comparison::kBetter);
  EXPECT_EQ(judge({.low = 0.95, .ratio = 0.99, .high = 1.02}), Comparison::kNotWorse);
  EXPECT_EQ(judge({.low = 1.00, .ratio = 1.00, .high = 1.00}), Comparison::kNotWorse);
  EXPECT_EQ(judge({.low = 1.01, .ratio = 1.05, .high = 1.09}), Comparison::kWorse);
  EXPECT_EQ(judge({.low = 0.80, .ratio = 1.00, .high = 1.25}), Comparison::kUnclear);
}

TEST(PairedRatio, UnclearOnesNeedAsManyRoundsAsShrinkTheInterval) {
  // Twice as wide as kTolerated needs four times the rounds.
  const double half_width = kTolerated * kTolerated;
  EXPECT_NEAR(static_cast<double>(rounds_that_tell({.low = 1 / half_width, .ratio = 1, .high = half_width}, 12)), 48, 1);
  EXPECT_EQ(rounds_that_tell({.low = 0.999, .ratio = 1.05, .high = 1.101}, 12), 13) << "always more rounds than before";
}

}  // namespace
}  // namespace procledger::bench
