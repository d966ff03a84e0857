// SPDX-License-Identifier: Apache-2.0
#include "base/siphash.hpp"

#include <gtest/gtest.h>

#include <string>

namespace procledger {
namespace {

/// The first vectors of the reference implementation: key 00 to 0f, text 00, 01, 02, ...
TEST(SipHash, AgreesWithTheReference) {
  constexpr SipKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  const std::string text{"\x00\x01\x02\x03\x04\x05\x06\x07", 8};
  EXPECT_EQ(siphash(kKey, ""), (Hash128{0xe6a825ba047f81a3, 0x930255c71472f66d}));
  EXPECT_EQ(siphash(kKey, text.substr(0, 1)), (Hash128{0x44af996bd8c187da, 0x45fc229b11597634}));
  EXPECT_EQ(siphash(kKey, text.substr(0, 2)), (Hash128{0xc75da4a48d227781, 0xe4ff0af6de8ba3fc}));
}

TEST(SipHash, DependsOnEveryByteAndOnTheKey) {
  std::string text(100, 'a');
  const Hash128 before = siphash({1, 2}, text);
  EXPECT_EQ(siphash({1, 2}, text), before);
  EXPECT_NE(siphash({1, 3}, text), before);
  EXPECT_NE(siphash({2, 2}, text), before);
  for (char& c : text) {
    c = 'b';
    EXPECT_NE(siphash({1, 2}, text), before);
    c = 'a';
  }
  EXPECT_NE(siphash({1, 2}, text + '\0'), before);
}

}  // namespace
}  // namespace procledger
