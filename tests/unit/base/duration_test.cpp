// SPDX-License-Identifier: Apache-2.0
#include "base/duration.hpp"

#include <gtest/gtest.h>

namespace procledger {
namespace {

using namespace std::chrono_literals;

TEST(Duration, UnitsAreUnderstood) {
  EXPECT_EQ(parse_duration("0"), 0ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("1m"), 1min);
  EXPECT_EQ(parse_duration("2h"), 2h);
  EXPECT_EQ(parse_duration("1h2m3s4ms"), 1h + 2min + 3s + 4ms);
}

TEST(Duration, AnythingElseIsAnError) {
  for (const char* text :
       {"", "5", "s", "-5s", "+5s", "1.5s", "5 s", "5sec", "s5", "1s1m", "1s1s", "99999999999s", "4000000000h", "0x1s"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_NE(duration.error().message.find("is not a duration"), std::string::npos);
  }
}

}  // namespace
}  // namespace procledger
