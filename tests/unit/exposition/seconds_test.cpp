// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metric_table.hpp"

#include <gtest/gtest.h>

namespace procledger::metrics {
namespace {

TEST(Seconds, AreTheNearestNumberToTheNanoseconds) {
  EXPECT_EQ(to_seconds(std::uint64_t{1}), 1e-9);
  EXPECT_EQ(to_seconds(std::uint64_t{2'500'000'000}), 2.5);
  EXPECT_EQ(to_seconds(std::uint64_t{12'345'678'998'765'433}), 12345678.998765433);  // beyond 2^53: a single division would be inexact
}

TEST(Seconds, MayBeNegative) {
  EXPECT_EQ(to_seconds(std::int64_t{-1'500'000'000}), -1.5);
  EXPECT_EQ(to_seconds(INT64_MIN), -9223372036.854775808);
}

TEST(Seconds, UnknownStaysUnknown) { EXPECT_FALSE(to_seconds(std::optional<std::uint64_t>{})); }

}  // namespace
}  // namespace procledger::metrics
