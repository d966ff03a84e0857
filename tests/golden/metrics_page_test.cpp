// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "exposition/process_exporter_metrics.hpp"
#include "exposition/snapshot_json.hpp"
#include "exposition/text_format.hpp"
#include "golden/compat_snapshot.hpp"
#include "golden/golden_file.hpp"
#include "golden/sample_snapshot.hpp"
#include "support/pages.hpp"

namespace procledger::exposition {
namespace {

using test::compat_snapshot;
using test::expect_golden;
using test::golden_path;
using test::sample_build;
using test::sample_daemon;
using test::sample_snapshot;

TEST(GoldenPage, TextIsUnchanged) {
  expect_golden(golden_path("metrics.txt"), test::native_page(sample_snapshot(), sample_build(), Format::kText, sample_daemon()));
}

TEST(GoldenPage, OpenMetricsIsUnchanged) {
  expect_golden(golden_path("metrics.openmetrics.txt"),
                test::native_page(sample_snapshot(), sample_build(), Format::kOpenMetrics, sample_daemon()));
}

TEST(GoldenPage, JsonIsUnchanged) {
  expect_golden(golden_path("snapshot.json"), snapshot_json(sample_snapshot(), sample_build(), sample_daemon()));
}

std::string compat_page(Format format) {
  return write_page(compat_snapshot(), process_exporter_model({}, sample_build(), sample_daemon()), format);
}

TEST(GoldenPage, CompatTextIsUnchanged) { expect_golden(golden_path("compat.txt"), compat_page(Format::kText)); }

TEST(GoldenPage, CompatOpenMetricsIsUnchanged) { expect_golden(golden_path("compat.openmetrics.txt"), compat_page(Format::kOpenMetrics)); }

/// The exit status of promtool. 1: parse error; 3: names, types or HELP against the conventions.
int promtool_on(std::string_view golden) {
  return WEXITSTATUS(std::system(("promtool check metrics < '" + golden_path(golden).string() + "'").c_str()));
}

bool no_promtool() { return std::system("command -v promtool >/dev/null") != 0; }

TEST(GoldenPage, PromtoolFindsNothingWrong) {
  if (no_promtool()) GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
  EXPECT_EQ(promtool_on("metrics.txt"), 0);
}

// Some names of process-exporter are against the conventions, so promtool has findings, but the page must parse.
TEST(GoldenPage, PromtoolReadsTheCompatPage) {
  if (no_promtool()) GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
  EXPECT_EQ(promtool_on("compat.txt"), 3);
}

}  // namespace
}  // namespace procledger::exposition
