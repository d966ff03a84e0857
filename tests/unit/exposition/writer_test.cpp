// SPDX-License-Identifier: Apache-2.0
#include "exposition/text_format.hpp"
#include "support/pages.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace procledger::exposition {
namespace {

using test::write;

using metrics::Type;
using prometheus::ClientMetric;

TypedFamily family(std::string name, Type type, std::vector<ClientMetric> samples) {
  return {type, {std::move(name), "Help.", prometheus::MetricType::Untyped, std::move(samples)}};
}

ClientMetric gauge(std::vector<ClientMetric::Label> labels, double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric counter(double value) {
  ClientMetric metric;
  metric.counter.value = value;
  return metric;
}

TEST(Writer, EmptyPageOfTextIsEmpty) { EXPECT_EQ(write({}, Format::kText), ""); }

TEST(Writer, OpenMetricsEndsWithEof) { EXPECT_EQ(write({}, Format::kOpenMetrics), "# EOF\n"); }

TEST(Writer, CounterLosesItsSuffixInOpenMetricsHeadOnly) {
  const std::vector page{family("a_total", Type::kCounter, {counter(1.5)})};
  EXPECT_EQ(write(page, Format::kText), "# TYPE a_total counter\n# HELP a_total Help.\na_total 1.5\n");
  EXPECT_EQ(write(page, Format::kOpenMetrics), "# TYPE a counter\n# HELP a Help.\na_total 1.5\n# EOF\n");
}

// With type counter a reader of OpenMetrics would look for a_errors_total.
TEST(Writer, CounterOfAnotherNameKeepsItWithoutAType) {
  const std::vector page{family("a_errors", Type::kCounter, {counter(2)})};
  EXPECT_EQ(write(page, Format::kText), "# TYPE a_errors counter\n# HELP a_errors Help.\na_errors 2\n");
  EXPECT_EQ(write(page, Format::kOpenMetrics), "# TYPE a_errors unknown\n# HELP a_errors Help.\na_errors 2\n# EOF\n");
}

TEST(Writer, InfoIsAGaugeInText) {
  const std::vector page{family("a_info", Type::kInfo, {gauge({{"v", "1"}}, 1)})};
  EXPECT_EQ(write(page, Format::kText), "# TYPE a_info gauge\n# HELP a_info Help.\na_info{v=\"1\"} 1\n");
  EXPECT_EQ(write(page, Format::kOpenMetrics), "# TYPE a info\n# HELP a Help.\na_info{v=\"1\"} 1\n# EOF\n");
}

TEST(Writer, HelpEscapesQuotesInOpenMetricsOnly) {
  std::vector page{family("a", Type::kGauge, {})};
  page.front().data.help = "x \"y\"\n";
  EXPECT_EQ(write(page, Format::kText), "# TYPE a gauge\n# HELP a x \"y\"\\n\n");
  EXPECT_EQ(write(page, Format::kOpenMetrics), "# TYPE a gauge\n# HELP a x \\\"y\\\"\\n\n# EOF\n");
}

TEST(Writer, LabelsAreEscapedAndSeparated) {
  const std::vector page{family("a", Type::kGauge, {gauge({{"x", "\"\n\\"}, {"y", "},{"}}, -1)})};
  EXPECT_NE(write(page, Format::kText).find("\na{x=\"\\\"\\n\\\\\",y=\"},{\"} -1\n"), std::string::npos) << write(page, Format::kText);
}

TEST(Writer, HistogramHasBucketsCountAndSum) {
  ClientMetric metric;
  metric.label = {{"g", "x"}};
  metric.histogram = {7, 2.5, {{3, 0.01}, {5, 1}, {7, std::numeric_limits<double>::infinity()}}};
  const std::string expected =
      "# TYPE h histogram\n# HELP h Help.\n"
      "h_bucket{g=\"x\",le=\"0.01\"} 3\nh_bucket{g=\"x\",le=\"1.0\"} 5\nh_bucket{g=\"x\",le=\"+Inf\"} 7\nh_count{g=\"x\"} "
      "7\nh_sum{g=\"x\"} 2.5\n";
  const std::vector page{family("h", Type::kHistogram, {metric})};
  EXPECT_EQ(write(page, Format::kText), expected);
  EXPECT_EQ(write(page, Format::kOpenMetrics), expected + "# EOF\n");
}

TEST(Writer, HistogramWithoutLabelsStillHasBounds) {
  ClientMetric metric;
  metric.histogram = {0, 0, {{0, std::numeric_limits<double>::infinity()}}};
  const std::string page = write({family("h", Type::kHistogram, {metric})}, Format::kText);
  EXPECT_NE(page.find("\nh_bucket{le=\"+Inf\"} 0\nh_count 0\nh_sum 0\n"), std::string::npos) << page;
}

}  // namespace
}  // namespace procledger::exposition
