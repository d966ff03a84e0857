// SPDX-License-Identifier: Apache-2.0
#include "exposition/daemon_metrics.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "golden/sample_snapshot.hpp"
#include "support/exposition.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

test::Exposition page_with(const std::shared_ptr<const HttpMetrics>& counts) {
  const auto model = native_model(test::sample_build(), counts);
  const auto page = test::Exposition::parse(write_page(test::sample_snapshot(), model, Format::kText));
  EXPECT_TRUE(page) << page.error().message;
  return page.value_or(test::Exposition{});
}

TEST(HttpMetrics, CountAnswersByStatusFromZero) {
  const auto counts = std::make_shared<HttpMetrics>();
  EXPECT_EQ(page_with(counts).value("procledger_http_requests_total", {{"code", "404"}}), 0);
  counts->count(200, 1000);
  counts->count(200, 24);
  counts->count(404, 5);
  counts->count(418, 1);
  const auto page = page_with(counts);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "200"}}), 2);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "404"}}), 1);
  EXPECT_EQ(page.value("procledger_http_requests_total", {{"code", "500"}}), 1) << "a status that procledger does not send";
  EXPECT_EQ(page.value("procledger_http_response_bytes_total"), 1030);
}

TEST(HttpMetrics, AreAmongTheSeriesOfThePage) {
  const auto page = page_with(std::make_shared<HttpMetrics>());
  EXPECT_EQ(page.value("procledger_series"), static_cast<double>(page.series().size()));
}

TEST(HttpMetrics, HaveTheNamesThatAreDocumented) {
  const HttpMetrics counts;
  test::SeenSamples seen;
  add_collected(counts, seen);
  ASSERT_EQ(seen.families().size(), http_families().size());
  for (const auto& family : http_families()) {
    ASSERT_NE(seen.find(family.name), nullptr) << family.name;
    EXPECT_EQ(seen.find(family.name)->family.type, family.type);
  }
}

}  // namespace
}  // namespace procledger::exposition
