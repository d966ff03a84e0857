// SPDX-License-Identifier: Apache-2.0
#include "base/log/line.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include <nlohmann/json.hpp>

namespace procledger::log {
namespace {

constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds{1'700'000'000'042}};
constexpr std::string_view kHead = "ts=2023-11-14T22:13:20.042Z level=info event=x";

std::string logfmt(Fields fields, std::uint64_t suppressed = 0) {
  return render_line(Format::kLogfmt, kTime, Level::kInfo, "x", fields, suppressed);
}

std::string json(Fields fields, std::uint64_t suppressed = 0) {
  return render_line(Format::kJson, kTime, Level::kInfo, "x", fields, suppressed);
}

TEST(Logfmt, BeginsWithTimeLevelAndEvent) { EXPECT_EQ(logfmt({}), kHead); }

TEST(Logfmt, PlainValuesNeedNoQuotes) {
  EXPECT_EQ(logfmt({{"address", "127.0.0.1:9056"}, {"count", 3}, {"ok", true}}),
            std::string{kHead} + " address=127.0.0.1:9056 count=3 ok=true");
}

TEST(Logfmt, ValuesThatWouldBreakTheLineAreQuoted) {
  EXPECT_EQ(logfmt({{"a", "two words"}}), std::string{kHead} + " a=\"two words\"");
  EXPECT_EQ(logfmt({{"a", "k=v"}}), std::string{kHead} + " a=\"k=v\"");
  EXPECT_EQ(logfmt({{"a", ""}}), std::string{kHead} + " a=\"\"");
  EXPECT_EQ(logfmt({{"a", "say \"hi\" \\o/"}}), std::string{kHead} + " a=\"say \\\"hi\\\" \\\\o/\"");
}

TEST(Logfmt, HostileValueStaysOnItsLine) {
  const std::string line = logfmt({{"a", "x\nts=0 level=error event=forged\x1b[2J\xFF"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(line, std::string{kHead} + " a=\"x\\\\nts=0 level=error event=forged\\\\x1b[2J\xEF\xBF\xBD\"");
}

TEST(Logfmt, SuppressedLinesAreCounted) { EXPECT_EQ(logfmt({}, 7), std::string{kHead} + " suppressed=7"); }

TEST(Logfmt, TimesBeforeTheEpochAreRight) {
  const std::string line =
      render_line(Format::kLogfmt, std::chrono::system_clock::time_point{std::chrono::milliseconds{-1}}, Level::kError, "x", {}, 0);
  EXPECT_EQ(line, "ts=1969-12-31T23:59:59.999Z level=error event=x");
}

TEST(JsonLine, ParsesBackIntoItsFields) {
  const auto line = nlohmann::json::parse(json({{"text", "a \"b\"\n\\"}, {"count", -3}, {"ratio", 0.5}, {"ok", false}}, 2));
  EXPECT_EQ(line["ts"], "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["event"], "x");
  EXPECT_EQ(line["text"], "a \"b\"\\n\\") << "a newline is escaped";
  EXPECT_EQ(line["count"], -3);
  EXPECT_EQ(line["ratio"], 0.5);
  EXPECT_EQ(line["ok"], false);
  EXPECT_EQ(line["suppressed"], 2);
}

TEST(JsonLine, NumbersThatJsonLacksAreStrings) {
  const auto line = nlohmann::json::parse(json({{"a", std::numeric_limits<double>::infinity()}, {"b", 1e300}}));
  EXPECT_EQ(line["a"], "inf");
  EXPECT_EQ(line["b"], 1e300);
}

TEST(JsonLine, BytesThatAreNotTextStillMakeJson) {
  EXPECT_TRUE(nlohmann::json::accept(json({{"a", std::string_view{"\x00\x7f\xC0\x80\xED\xA0\x80", 7}}})));
}

}  // namespace
}  // namespace procledger::log
