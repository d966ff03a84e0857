// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiation.hpp"

#include <gtest/gtest.h>

namespace procledger::exposition {
namespace {

constexpr const char* kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
constexpr const char* kOldOpenMetrics = "application/openmetrics-text; version=0.0.1; charset=utf-8";

std::string type_for(std::string_view accept) { return choose_format(accept).content_type; }

TEST(Accept, Prometheus242GetsOpenMetrics) {
  const auto choice = choose_format(
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/"
      "*;q=0.1");
  EXPECT_EQ(choice.content_type, kOpenMetrics);
  EXPECT_EQ(choice.format, Format::kOpenMetrics);
}

TEST(Accept, Prometheus242WithNativeHistogramsGetsOpenMetrics) {
  EXPECT_EQ(
      type_for("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;"
               "version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
      kOpenMetrics);
}

TEST(Accept, Prometheus3GetsTheEscapingScheme) {
  EXPECT_EQ(
      type_for("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
               "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"),
      std::string{kOpenMetrics} + "; escaping=underscores");
  EXPECT_EQ(type_for("text/plain;version=0.0.4;escaping=underscores"), std::string{kText} + "; escaping=underscores");
}

TEST(Accept, VictoriaMetricsGetsText) {
  const auto choice = choose_format("text/plain;version=0.0.4;q=1,*/*;q=0.1");
  EXPECT_EQ(choice.content_type, kText);
  EXPECT_EQ(choice.format, Format::kText);
  EXPECT_EQ(type_for("text/plain;version=0.0.4"), kText);
}

TEST(Accept, PeopleGetText) {
  EXPECT_EQ(type_for(""), kText);
  EXPECT_EQ(type_for("*/*"), kText);
  EXPECT_EQ(type_for("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), kText);
  EXPECT_EQ(type_for("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"), kText);
}

TEST(Accept, OpenMetricsWithoutVersionMeansTheOldOne) { EXPECT_EQ(type_for("application/openmetrics-text"), kOldOpenMetrics); }

TEST(Accept, HigherQWins) {
  EXPECT_EQ(type_for("text/plain;q=0.4, application/openmetrics-text;version=1.0.0;q=0.5"), kOpenMetrics);
  EXPECT_EQ(type_for("text/plain;q=0.5, application/openmetrics-text;version=1.0.0;q=.4"), kText);
}

TEST(Accept, ZeroRefuses) {
  EXPECT_EQ(type_for("text/plain;q=0, */*"), kOpenMetrics);
  EXPECT_EQ(type_for("application/openmetrics-text;version=1.0.0;q=0, application/openmetrics-text;version=0.0.1;q=0.0, */*;q=0.1"), kText);
}

TEST(Accept, TheMostExactRangeDecidesForAnOffer) {
  // Text has weight 0.1, although "text/*" would give 1.
  EXPECT_EQ(type_for("text/*, text/plain;version=0.0.4;q=0.1, application/*;q=0.5"), kOpenMetrics);
}

TEST(Accept, TiesGoToTheMoreExactThenTheEarlier) {
  EXPECT_EQ(type_for("*/*, application/openmetrics-text;version=1.0.0"), kOpenMetrics);
  EXPECT_EQ(type_for("application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4"), kOpenMetrics);
  EXPECT_EQ(type_for("text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0"), kText);
}

TEST(Accept, UnknownVersionsAreNotServed) {
  EXPECT_EQ(type_for("application/openmetrics-text;version=2.0.0, text/plain;q=0.1"), kText);
  EXPECT_EQ(type_for("application/openmetrics-text;version=2.0.0"), kText);
}

TEST(Accept, WordsCompareWithoutCaseAndBlanksDoNotMatter) {
  EXPECT_EQ(type_for(" Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.9 , text/plain;q=0.1"), kOpenMetrics);
}

TEST(Accept, NonsenseDoesNoHarm) {
  for (const auto* accept :
       {",", ";;;", "q=0", "/", "*/", "a/b;q", "\"", "text/plain;q=nan", "text/plain;q=-1", "text/plain;q=1e9,x", ",,text/plain;=,"}) {
    EXPECT_EQ(type_for(accept), kText) << accept;
  }
}

TEST(AcceptEncoding, GzipIsUsedWhenItIsAskedFor) {
  EXPECT_TRUE(accepts_gzip("gzip"));
  EXPECT_TRUE(accepts_gzip("gzip, deflate, br, zstd"));
  EXPECT_TRUE(accepts_gzip("deflate;q=0.5, GZip;q=0.8"));
  EXPECT_TRUE(accepts_gzip("x-gzip"));
  EXPECT_TRUE(accepts_gzip("*"));
  EXPECT_TRUE(accepts_gzip("*;q=0, gzip;q=0.1"));
}

TEST(AcceptEncoding, GzipIsNotUsedOtherwise) {
  EXPECT_FALSE(accepts_gzip(""));
  EXPECT_FALSE(accepts_gzip("identity"));
  EXPECT_FALSE(accepts_gzip("br"));
  EXPECT_FALSE(accepts_gzip("gzipped"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0.000, *"));
  EXPECT_FALSE(accepts_gzip("*;q=0"));
  EXPECT_FALSE(accepts_gzip("gzip;q=0.5, identity"));
}

}  // namespace
}  // namespace procledger::exposition
