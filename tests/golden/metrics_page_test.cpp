// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "exposition/snapshot_json.hpp"
#include "exposition/writer.hpp"
#include "golden/golden_file.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

using test::build_model;
using test::write;

using test::expect_golden;
using test::golden_path;
using test::sample_build;
using test::sample_snapshot;

TEST(GoldenPage, TextIsUnchanged) {
  expect_golden(golden_path("metrics.txt"), write(build_model(sample_snapshot(), sample_build()), Format::kText));
}

TEST(GoldenPage, OpenMetricsIsUnchanged) {
  expect_golden(golden_path("metrics.openmetrics.txt"), write(build_model(sample_snapshot(), sample_build()), Format::kOpenMetrics));
}

TEST(GoldenPage, JsonIsUnchanged) { expect_golden(golden_path("snapshot.json"), snapshot_json(sample_snapshot(), sample_build())); }

// Exit status 1: unparsable; 3: names, types or HELP against the conventions.
TEST(GoldenPage, PromtoolFindsNothingWrong) {
  if (std::system("command -v promtool >/dev/null") != 0) GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
  EXPECT_EQ(std::system(("promtool check metrics < '" + golden_path("metrics.txt").string() + "'").c_str()), 0);
}

}  // namespace
}  // namespace procledger::exposition
