// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace procledger {
namespace {

constexpr std::array<std::string_view, 3> kWords{"--log.level", "--log.file", "--source"};

TEST(NearestWord, FindsTypos) {
  EXPECT_EQ(nearest("--log.levle", kWords), "--log.level");
  EXPECT_EQ(nearest("--logfile", kWords), "--log.file");
  EXPECT_EQ(nearest("--sourc", kWords), "--source");
}

TEST(NearestWord, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("--banana", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
}

}  // namespace
}  // namespace procledger
