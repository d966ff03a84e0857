// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace procledger {
namespace {

using namespace std::string_literals;

constexpr std::size_t kRoomy = 256;

TEST(SafeText, PlainTextStaysAsItIs) {
  EXPECT_EQ(safe_text("postgres: writer", kRoomy), "postgres: writer");
  EXPECT_EQ(safe_text("", kRoomy), "");
}

TEST(SafeText, ValidMultiByteCharactersStay) {
  const std::string text = "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";  // two, three and four bytes
  EXPECT_EQ(safe_text(text, kRoomy), text);
}

TEST(SafeText, ControlCharactersBecomeVisible) {
  EXPECT_EQ(safe_text("a\nb\tc\rd", kRoomy), "a\\nb\\tc\\rd");
  EXPECT_EQ(safe_text("\x1b[31m\x7f", kRoomy), "\\x1b[31m\\x7f");
  EXPECT_EQ(safe_text("a\0b"s, kRoomy), "a\\x00b");
}

TEST(SafeText, C1ControlsBecomeVisible) {
  EXPECT_EQ(safe_text("\xC2\x9B"
                      "31m\xC2\xA0",
                      kRoomy),
            "\\x9b31m\xC2\xA0");
}

TEST(SafeText, EveryInvalidByteBecomesAReplacement) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(safe_text("a\xFFz", kRoomy), "a" + replacement + "z");
  EXPECT_EQ(safe_text("\x80\xBF", kRoomy), replacement + replacement);
  EXPECT_EQ(safe_text("\xC0\xAF", kRoomy), replacement + replacement) << "overlong slash";
  EXPECT_EQ(safe_text("\xE0\x9F\xBF", kRoomy), replacement + replacement + replacement) << "overlong";
  EXPECT_EQ(safe_text("\xF0\x8F\xBF\xBF", kRoomy), replacement + replacement + replacement + replacement) << "overlong";
  EXPECT_EQ(safe_text("\xED\xA0\x80", kRoomy), replacement + replacement + replacement) << "surrogate";
  EXPECT_EQ(safe_text("\xF4\x90\x80\x80", kRoomy), replacement + replacement + replacement + replacement) << "above U+10FFFF";
}

TEST(SafeText, TruncatedCharacterAtTheEndIsInvalid) {
  // The kernel cuts a comm at 15 bytes, possibly in the middle of a character.
  EXPECT_EQ(safe_text("abc\xE2\x82", kRoomy), "abc\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(SafeText, ExactFitIsNotCut) { EXPECT_EQ(safe_text("0123456789", 10), "0123456789"); }

TEST(SafeText, TooLongEndsInAHash) {
  const std::string out = safe_text(std::string(300, 'x'), 128);
  EXPECT_EQ(out.size(), 128U);
  EXPECT_EQ(out.substr(0, 119), std::string(119, 'x'));
  EXPECT_EQ(out[119], '~');
  EXPECT_EQ(out.find_first_not_of("0123456789abcdef", 120), std::string::npos);
}

TEST(SafeText, LongNamesThatDifferAtTheEndStayDifferent) {
  EXPECT_NE(safe_text(std::string(300, 'x') + "1", 128), safe_text(std::string(300, 'x') + "2", 128));
  EXPECT_EQ(safe_text(std::string(300, 'x') + "1", 128), safe_text(std::string(300, 'x') + "1", 128));
}

TEST(SafeText, CutsBetweenCharactersOnly) {
  std::string euros;
  for (int i = 0; i < 20; ++i) euros += "\xE2\x82\xAC";
  const std::string out = safe_text(euros, 20);  // 11 bytes remain: three characters
  EXPECT_EQ(out.substr(0, 10), "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC~");
  EXPECT_EQ(out.size(), 18U);
}

TEST(SafeText, DoesNotCutAnEscape) {
  const std::string out = safe_text(std::string(20, '\x01'), 20);
  EXPECT_EQ(out.substr(0, 9), "\\x01\\x01~");
}

TEST(SafeText, NeverExceedsATinyBound) {
  for (std::size_t bound = 0; bound < 12; ++bound) EXPECT_LE(safe_text("abcdefghijklmnop\n", bound).size(), bound) << bound;
}

TEST(SafeText, EveryTwoByteInputComesOutClean) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string raw{static_cast<char>(first), static_cast<char>(second)};
      const std::string out = safe_text(raw, kRoomy);
      for (const char c : out) EXPECT_FALSE((c >= 0 && c < 0x20) || c == 0x7f) << first << " " << second;
      EXPECT_EQ(safe_text(out, kRoomy), out) << "not stable: " << first << " " << second;
    }
  }
}

TEST(ValidUtf8, ReplacesEveryStrayByteAndNothingElse) {
  EXPECT_EQ(valid_utf8(""), "");
  EXPECT_EQ(valid_utf8("plain\n\x7f"), "plain\n\x7f");
  EXPECT_EQ(valid_utf8("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(valid_utf8("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(valid_utf8(std::string_view{"\xc3\0", 2}), (std::string{"\xef\xbf\xbd\0", 4}));
}

TEST(CharacterLength, CountsTheBytesOfWellFormedCharactersOnly) {
  EXPECT_EQ(character_length("a"), 1U);
  EXPECT_EQ(character_length("\xC3\xA9x"), 2U);
  EXPECT_EQ(character_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(character_length("\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(character_length("\xC3"), 0U);
  EXPECT_EQ(character_length("\xC0\x80"), 0U);
  EXPECT_EQ(character_length("\xED\xA0\x80"), 0U);
}

TEST(ValuesForReaders, HaveUnits) {
  EXPECT_EQ(in_bytes(0), "0 B");
  EXPECT_EQ(in_bytes(1023), "1023 B");
  EXPECT_EQ(in_bytes(1536), "1.5 KiB");
  EXPECT_EQ(in_bytes(3.0 * (1 << 30)), "3.0 GiB");
  EXPECT_EQ(in_bytes(-1536), "-1.5 KiB") << "memory may shrink";
  EXPECT_EQ(in_thousands(999), "999");
  EXPECT_EQ(in_thousands(1234567), "1,234,567");
  EXPECT_EQ(in_seconds(0.0042), "0.004200 s");
  EXPECT_EQ(in_seconds(12), "12.000 s");
}

TEST(ValuesForReaders, ZeroHasNoSign) {
  EXPECT_EQ(with_decimals(-0.04, 1), "0.0");
  EXPECT_EQ(with_decimals(-0.4, 0), "0");
  EXPECT_EQ(with_decimals(-0.06, 1), "-0.1");
  EXPECT_EQ(with_decimals(1.5, 4), "1.5000");
}

}  // namespace
}  // namespace procledger
