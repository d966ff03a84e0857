// SPDX-License-Identifier: Apache-2.0
#include "commands/report/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

using ReportWords = std::vector<std::string>;
using namespace std::chrono_literals;

Result<ReportOptions> parse_report(ReportWords words) {
  words.insert(words.begin(), "--prometheus=http://p:9090");
  return read_flags<ReportFlags>(words).map([](std::optional<ReportOptions>&& options) { return *std::move(options); });
}

std::string report_refusal(const ReportWords& words) {
  const auto options = parse_report(words);
  return options ? "accepted" : options.error().message;
}

TEST(ReportOptions, Defaults) {
  const auto options = parse_report({});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->url, "http://p:9090");
  EXPECT_EQ(options->last, 10min);
  EXPECT_EQ(options->step, 15s);
  EXPECT_EQ(options->by, (ReportWords{"group", "namespace", "instance"}));
  EXPECT_EQ(options->format, report::Format::kTable);
  EXPECT_EQ(options->sort, report::SortBy::kCpu);
  EXPECT_FALSE(options->top);
  EXPECT_EQ(options->timeout, 30s);
}

TEST(ReportOptions, StepsFollowTheWindow) {
  EXPECT_EQ(parse_report({"--last=24h"})->step, 360s);
  EXPECT_EQ(parse_report({"--last=5s"})->step, 5s);
  EXPECT_EQ(parse_report({"--last=24h", "--step=1m"})->step, 60s);
}

TEST(ReportOptions, EveryFlagReachesItsOption) {
  const auto options = parse_report({"--namespace", "pay.*", "--exclude=procledger", "--exclude", "a,b", "--by=group", "--format=yaml",
                                     "--sort=name", "--top=7", "--bearer-token-file=/t", "--ca-file=/c", "--timeout=2s"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->filter.namespace_pattern, "pay.*");
  EXPECT_EQ(options->filter.excluded, (ReportWords{"procledger", "a,b"}));
  EXPECT_EQ(options->by, ReportWords{"group"});
  EXPECT_EQ(options->format, report::Format::kYaml);
  EXPECT_EQ(options->sort, report::SortBy::kName);
  EXPECT_EQ(options->top, 7U);
  EXPECT_EQ(parse_report({"--top", "0"})->top, 0U) << "all rows, also on a terminal";
  EXPECT_EQ(options->bearer_token_file, "/t");
  EXPECT_EQ(options->ca_file, "/c");
  EXPECT_EQ(options->timeout, 2s);
}

TEST(ReportOptions, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(report_refusal({"--format", "xml"}), "--format: \"xml\" is not one of table, csv, json, yaml");
  EXPECT_EQ(report_refusal({"--sort", "size"}), "--sort: \"size\" is not one of cpu, memory, name");
  EXPECT_EQ(report_refusal({"--by", "group,,x"}), "--by: \"group,,x\" is not a list of label names");
  EXPECT_EQ(report_refusal({"--by", "gr\"oup"}), "--by: \"gr\"oup\" is not a list of label names");
  EXPECT_EQ(report_refusal({"--by", "group,group"}), "--by: \"group\" is given more than once");
  EXPECT_EQ(report_refusal({"--step", "20m"}), "--step is longer than --last: take a shorter --step or a longer --last");
  EXPECT_EQ(report_refusal({"--step", "1ms"}), "--step: must be at least 100ms");
  for (const char* top : {"-1", "x", "1.5", "99999999999"}) {
    EXPECT_EQ(report_refusal({"--top", top}), "--top: must be a whole number; 0 prints all rows") << top;
  }
  EXPECT_NE(report_refusal({"--last", "yesterday"}), "accepted");
  EXPECT_EQ(report_refusal({"--fromat=csv"}), "unknown flag --fromat; did you mean --format?");
  EXPECT_EQ(read_flags<ReportFlags>(ReportWords{}).error().message, "report needs a server: --prometheus http://host:9090");
}

}  // namespace
}  // namespace procledger::commands
