// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace procledger::exposition {
namespace {

using enum metrics::Type;
using metrics::Family;
using metrics::Number;
using metrics::SampleSink;

/// A page with the samples that `add` writes.
template <typename Add>
std::string page_of(Format format, Add add) {
  PageWriter page{format};
  add(page);
  return std::move(page).finish();
}

std::string page_of(Format format, const Family& family, double value, const metrics::Subject& subject = {}) {
  return page_of(format, [&](SampleSink& out) {
    out.open(family);
    out.subject(subject);
    out.add(Number{value});
  });
}

void add_nothing(SampleSink& /*out*/) {}

TEST(Writer, EmptyPageOfTextIsEmpty) { EXPECT_EQ(page_of(Format::kText, add_nothing), ""); }

TEST(Writer, OpenMetricsEndsWithEof) { EXPECT_EQ(page_of(Format::kOpenMetrics, add_nothing), "# EOF\n"); }

TEST(Writer, FamilyWithoutASampleIsNotOnThePage) {
  const Family family{"a", kGauge, {}, "", "Help."};
  EXPECT_EQ(page_of(Format::kText,
                    [&](SampleSink& out) {
                      out.open(family);
                      out.subject({});
                    }),
            "");
}

TEST(Writer, CounterLosesItsSuffixInOpenMetricsHeadOnly) {
  const Family family{"a_total", kCounter, {}, "", "Help."};
  EXPECT_EQ(page_of(Format::kText, family, 1.5), "# TYPE a_total counter\n# HELP a_total Help.\na_total 1.5\n");
  EXPECT_EQ(page_of(Format::kOpenMetrics, family, 1.5), "# TYPE a counter\n# HELP a Help.\na_total 1.5\n# EOF\n");
}

// With type counter, an OpenMetrics parser would expect a_errors_total.
TEST(Writer, CounterOfAnotherNameKeepsItWithoutAType) {
  const Family family{"a_errors", kCounter, {}, "", "Help."};
  EXPECT_EQ(page_of(Format::kText, family, 2), "# TYPE a_errors counter\n# HELP a_errors Help.\na_errors 2\n");
  EXPECT_EQ(page_of(Format::kOpenMetrics, family, 2), "# TYPE a_errors unknown\n# HELP a_errors Help.\na_errors 2\n# EOF\n");
}

TEST(Writer, InfoIsAGaugeInText) {
  const Family family{"a_info", kInfo, {}, "v", "Help."};
  const auto add = [&](SampleSink& out) {
    out.open(family);
    out.subject({});
    out.add({"1"}, Number{1.0});
  };
  EXPECT_EQ(page_of(Format::kText, add), "# TYPE a_info gauge\n# HELP a_info Help.\na_info{v=\"1\"} 1\n");
  EXPECT_EQ(page_of(Format::kOpenMetrics, add), "# TYPE a info\n# HELP a Help.\na_info{v=\"1\"} 1\n# EOF\n");
}

TEST(Writer, HelpEscapesQuotesInOpenMetricsOnly) {
  const Family family{"a", kGauge, {}, "", "x \"y\"\n"};
  EXPECT_EQ(page_of(Format::kText, family, 1), "# TYPE a gauge\n# HELP a x \"y\"\\n\na 1\n");
  EXPECT_EQ(page_of(Format::kOpenMetrics, family, 1), "# TYPE a gauge\n# HELP a x \\\"y\\\"\\n\na 1\n# EOF\n");
}

TEST(Writer, LabelsAreEscapedAndSeparated) {
  const metrics::Labels own{{"x", "\"\n\\"}, {"y", "},{"}};
  const std::string page = page_of(Format::kText, {"a", kGauge, {}, "", "Help."}, -1, {.own = &own});
  EXPECT_NE(page.find("\na{x=\"\\\"\\n\\\\\",y=\"},{\"} -1\n"), std::string::npos) << page;
}

TEST(Writer, LabelsOfGroupRuleAndRowStandInThisOrderAndEmptyOnesNowhere) {
  const metrics::Labels own{{"team", "x"}, {"none", ""}};
  const std::array<std::string_view, 2> identity{"7", ""};
  const Family family{"a", kGauge, {}, "group,pid,comm,mode", "Help."};
  const std::string page = page_of(Format::kText, [&](SampleSink& out) {
    out.open(family);
    out.subject({.group = "g", .own = &own, .identity = identity});
    out.add({"user"}, Number{std::uint64_t{1}});
  });
  EXPECT_TRUE(page.ends_with("\na{group=\"g\",team=\"x\",pid=\"7\",mode=\"user\"} 1\n")) << page;
}

TEST(Writer, HistogramHasBucketsCountAndSum) {
  const Family family{"h", kHistogram, {}, "g", "Help."};
  const std::array bounds{0.01, 1.0};
  const std::array<std::uint64_t, 3> counts{3, 2, 2};
  const auto add = [&](SampleSink& out) {
    out.open(family);
    out.subject({.group = "x"});
    out.add(metrics::Histogram{bounds, counts, 2.5});
    EXPECT_EQ(out.series(), 5U);
  };
  const std::string expected =
      "# TYPE h histogram\n# HELP h Help.\n"
      "h_bucket{g=\"x\",le=\"0.01\"} 3\nh_bucket{g=\"x\",le=\"1.0\"} 5\nh_bucket{g=\"x\",le=\"+Inf\"} 7\nh_count{g=\"x\"} "
      "7\nh_sum{g=\"x\"} 2.5\n";
  EXPECT_EQ(page_of(Format::kText, add), expected);
  EXPECT_EQ(page_of(Format::kOpenMetrics, add), expected + "# EOF\n");
}

TEST(Writer, HistogramWithoutLabelsStillHasBounds) {
  const Family family{"h", kHistogram, {}, "", "Help."};
  const std::array<std::uint64_t, 1> counts{0};
  const std::string page = page_of(Format::kText, [&](SampleSink& out) {
    out.open(family);
    out.subject({});
    out.add(metrics::Histogram{{}, counts, 0});
  });
  EXPECT_NE(page.find("\nh_bucket{le=\"+Inf\"} 0\nh_count 0\nh_sum 0\n"), std::string::npos) << page;
}

}  // namespace
}  // namespace procledger::exposition
