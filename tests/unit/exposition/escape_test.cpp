// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <gtest/gtest.h>

namespace procledger::exposition {
namespace {

constexpr const char* kReplaced = "\xEF\xBF\xBD";

std::string label(std::string_view text) {
  std::string out;
  append_label_value(out, text);
  return out;
}

TEST(LabelValue, QuotesBackslashesAndNewlinesAreEscaped) { EXPECT_EQ(label("a\"b\\c\nd"), "a\\\"b\\\\c\\nd"); }

TEST(LabelValue, OtherTextStaysAsItIs) {
  EXPECT_EQ(label("{},= #"), "{},= #");
  EXPECT_EQ(label("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x98"), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x90\x98");
  EXPECT_EQ(label(std::string_view{"a\0b", 3}), std::string_view("a\0b", 3));
}

TEST(LabelValue, BytesThatAreNotUtf8AreReplacedOneByOne) {
  EXPECT_EQ(label("a\xFFz"), std::string{"a"} + kReplaced + "z");
  EXPECT_EQ(label("\x80"), kReplaced);                                               // a continuation byte alone
  EXPECT_EQ(label("\xE2\x82"), std::string{kReplaced} + kReplaced);                  // cut off
  EXPECT_EQ(label("\xC3\""), std::string{kReplaced} + "\\\"");                       // must not swallow the quote
  EXPECT_EQ(label("\xC0\xAF"), std::string{kReplaced} + kReplaced);                  // overlong
  EXPECT_EQ(label("\xED\xA0\x80"), std::string{kReplaced} + kReplaced + kReplaced);  // a surrogate
  EXPECT_EQ(label("\xF4\x90\x80\x80").size(), 12U);                                  // beyond U+10FFFF
}

TEST(Help, KeepsItsQuotes) {
  std::string out;
  append_help(out, "say \"a\\b\"\n");
  EXPECT_EQ(out, "say \"a\\\\b\"\\n");
}

}  // namespace
}  // namespace procledger::exposition
