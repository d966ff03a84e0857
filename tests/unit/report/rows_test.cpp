// SPDX-License-Identifier: Apache-2.0
#include "commands/report/rows.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace procledger::report {
namespace {

constexpr std::int64_t kStep = 10'000;

/// Values at steps 0, 1, 2, ...; a negative value is absent.
std::map<Step, double> at_steps(std::initializer_list<double> values) {
  std::map<Step, double> result;
  Step step = 0;
  for (const double value : values) {
    if (value >= 0) result[step] = value;
    step += kStep;
  }
  return result;
}

Series group(const std::string& name, std::initializer_list<double> values, const std::string& instance = "a") {
  return {.labels = {{"group", name}, {"job", "p"}, {"instance", instance}}, .values = at_steps(values)};
}

Series clock(std::initializer_list<double> values, const std::string& instance = "a") {
  return {.labels = {{"job", "p"}, {"instance", instance}}, .values = at_steps(values)};
}

Answers answers(SeriesList cpu, SeriesList clocks, SeriesList memory = {}) {
  return {.cpu = std::move(cpu),
          .clock = std::move(clocks),
          .memory = std::move(memory),
          .window = {.begin_ms = 0, .end_ms = 5 * kStep, .step_ms = kStep}};
}

void expect_spread(const Spread& spread, double min, double avg, double max) {
  EXPECT_DOUBLE_EQ(spread.min, min);
  EXPECT_DOUBLE_EQ(spread.avg, avg);
  EXPECT_DOUBLE_EQ(spread.max, max);
}

TEST(ReportRows, GrowthOverTheTimeBetweenScrapes) {
  // Scraped at 100, 108 and 120: 4 s in 8, then 3 s in 12.
  const auto rows = rows_of(answers({group("web", {10, 14, 17})}, {clock({100, 108, 120})}), {"group"}, SortBy::kCpu);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].key, std::vector<std::string>{"web"});
  expect_spread(rows[0].cpu, 0.25, 7.0 / 20, 0.5);
  EXPECT_FALSE(rows[0].memory);
}

TEST(ReportRows, AGroupThatAppearsBeganAtZero) {
  const auto rows =
      rows_of(answers({group("old", {50, 50, 50}), group("cc1", {-1, 5, 5})}, {clock({100, 110, 120})}), {"group"}, SortBy::kCpu);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].key.front(), "cc1");
  expect_spread(rows[0].cpu, 0, 0.25, 0.5);
}

TEST(ReportRows, WhatWasThereAtTheFirstStepIsNoGrowth) {
  const auto rows = rows_of(answers({group("old", {50, 51})}, {clock({100, 110})}), {"group"}, SortBy::kCpu);
  ASSERT_EQ(rows.size(), 1U);
  expect_spread(rows[0].cpu, 0.1, 0.1, 0.1);
}

TEST(ReportRows, AGroupThatGoesUsesNothing) {
  const auto rows = rows_of(answers({group("web", {10, 20, -1})}, {clock({100, 110, 120})}), {"group"}, SortBy::kCpu);
  expect_spread(rows.at(0).cpu, 0, 0.5, 1);
}

TEST(ReportRows, ADaemonThatWasStartedAgainBeganAtZero) {
  const auto rows = rows_of(answers({group("web", {100, 2})}, {clock({100, 110})}), {"group"}, SortBy::kCpu);
  expect_spread(rows.at(0).cpu, 0.2, 0.2, 0.2);
}

TEST(ReportRows, TimesWithoutScrapesCountForNobody) {
  const auto rows = rows_of(answers({group("web", {10, 20, -1, 500, 505})}, {clock({100, 110, -1, 130, 140})}), {"group"}, SortBy::kCpu);
  expect_spread(rows.at(0).cpu, 0.5, 0.75, 1);
}

TEST(ReportRows, StepsShorterThanScrapesAreOneSpan) {
  const auto rows = rows_of(answers({group("web", {10, 10, 16})}, {clock({100, 100, 120})}), {"group"}, SortBy::kCpu);
  expect_spread(rows.at(0).cpu, 0.3, 0.3, 0.3);
}

TEST(ReportRows, InstancesAreKeptOrSummed) {
  const Answers two = answers({group("web", {0, 10}, "a"), group("web", {0, 5}, "b")}, {clock({100, 110}, "a"), clock({103, 113}, "b")});
  const auto apart = rows_of(two, {"group", "instance"}, SortBy::kCpu);
  ASSERT_EQ(apart.size(), 2U);
  EXPECT_EQ(apart[0].key, (std::vector<std::string>{"web", "a"}));
  expect_spread(apart[1].cpu, 0.5, 0.5, 0.5);
  const auto summed = rows_of(two, {"group"}, SortBy::kCpu);
  ASSERT_EQ(summed.size(), 1U);
  expect_spread(summed[0].cpu, 1.5, 1.5, 1.5);
}

TEST(ReportRows, AnInstanceThatIsAwayDoesNotDiluteTheOther) {
  const Answers two =
      answers({group("web", {0, 10, 20}, "a"), group("db", {0, 5, -1}, "b")}, {clock({100, 110, 120}, "a"), clock({100, 110, -1}, "b")});
  const auto rows = rows_of(two, {"group", "instance"}, SortBy::kCpu);
  expect_spread(rows.at(1).cpu, 0.5, 0.5, 0.5);
}

TEST(ReportRows, MemoryIsWhatIsHeldAtEachStepAndNothingWhenNobodyIsThere) {
  const auto rows = rows_of(answers({group("web", {0, 1, 2, 3})}, {clock({100, 110, 120, 130})}, {group("web", {100, 300, -1, 200})}),
                            {"group"}, SortBy::kCpu);
  ASSERT_TRUE(rows.at(0).memory);
  expect_spread(*rows[0].memory, 0, 150, 300);
}

TEST(ReportRows, ALabelThatASeriesLacksIsEmpty) {
  const auto rows = rows_of(answers({group("web", {0, 1})}, {clock({100, 110})}), {"namespace", "group"}, SortBy::kCpu);
  EXPECT_EQ(rows.at(0).key, (std::vector<std::string>{"", "web"}));
}

TEST(ReportRows, Sorted) {
  const Answers three = answers({group("a", {0, 1}), group("b", {0, 3}), group("c", {0, 2})}, {clock({100, 110})},
                                {group("a", {10, 10}), group("b", {20, 20}), group("c", {30, 30})});
  const auto order = [&](SortBy sort) {
    std::string names;
    for (const Row& row : rows_of(three, {"group"}, sort)) names += row.key.front();
    return names;
  };
  EXPECT_EQ(order(SortBy::kCpu), "bca");
  EXPECT_EQ(order(SortBy::kMemory), "cba");
  EXPECT_EQ(order(SortBy::kName), "abc");
}

TEST(ReportRows, OneScrapeIsNoGrowth) {
  EXPECT_TRUE(rows_of(answers({group("web", {10})}, {clock({100})}), {"group"}, SortBy::kCpu).empty());
  EXPECT_TRUE(rows_of(answers({}, {}), {"group"}, SortBy::kCpu).empty());
}

}  // namespace
}  // namespace procledger::report
