// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

namespace procledger::exposition {
namespace {

std::string number(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

std::string bound(double value) {
  std::string out;
  append_bound(out, value);
  return out;
}

TEST(Number, WholeNumbersHaveNoExponent) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(-3), "-3");
  EXPECT_EQ(number(100000), "100000");
  EXPECT_EQ(number(1764000000), "1764000000");
  EXPECT_EQ(number(1e15), "1000000000000000");
}

TEST(Number, FractionsAreAsShortAsTheyCanBe) {
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(123456789.98765433), "123456789.98765433");
  EXPECT_EQ(number(1e-9), "1e-09");
  EXPECT_EQ(number(1e300), "1e+300");
}

TEST(Number, SpecialValuesAreSpeltAsScrapersReadThem) {
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Number, ReadsBackBitForBit) {
  std::mt19937_64 random{20240229};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    const double back = std::strtod(number(value).c_str(), nullptr);
    ASSERT_EQ(std::memcmp(&back, &value, sizeof(value)), 0) << number(value);
  }
  EXPECT_EQ(number(-0.0), "-0");
}

TEST(Number, BoundsAlwaysHaveAFraction) {
  EXPECT_EQ(bound(1), "1.0");
  EXPECT_EQ(bound(3600), "3600.0");
  EXPECT_EQ(bound(0.01), "0.01");
  EXPECT_EQ(bound(std::numeric_limits<double>::infinity()), "+Inf");
}

}  // namespace
}  // namespace procledger::exposition
