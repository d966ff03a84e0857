// SPDX-License-Identifier: Apache-2.0
#include "compare/paired_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace procledger::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Setup two_programs(std::size_t rounds) { return {.daemon = "ours", .against = "theirs", .rounds = rounds, .parts = {}}; }

PairedFigure figure(const std::string& what, std::size_t rounds, double ours, double theirs) {
  PairedFigure made{.what = what, .decimals = 2};
  for (std::size_t i = 0; i < rounds; ++i) {
    made.ours.add(ours);
    made.theirs.add(theirs);
  }
  return made;
}

TEST(PairedReport, MeasuresInBothOrdersAndBeginsWithEachInTurn) {
  std::vector<std::string> starts;
  const auto measure = [&](const ProgramPair& pair) -> Result<std::array<Figures, 2>> {
    starts.push_back(pair[0]);
    return std::array<Figures, 2>{Figures{1}, Figures{1}};
  };
  PairedReport report;
  ASSERT_TRUE(report.measure(two_programs(2), {{"cost", 1}}, measure));
  EXPECT_THAT(starts, ElementsAre("ours", "theirs", "theirs", "ours"));
}

TEST(PairedReport, NeitherOrderNorDriftMakesEqualProgramsDiffer) {
  double drift = 0;
  const auto measure = [&](const ProgramPair&) -> Result<std::array<Figures, 2>> {
    const double first = 100 + drift;
    const double second = 80 + drift + 1;  // the caches are warm
    drift += 2;
    return std::array<Figures, 2>{Figures{first}, Figures{second}};
  };
  PairedReport report;
  ASSERT_TRUE(report.measure(two_programs(12), {{"cost", 1}}, measure));
  EXPECT_THAT(report.markdown(), HasSubstr("x 1.000 (1.000 to 1.000) | not worse |"));
}

TEST(PairedReport, ASlowerProgramIsWorseWhicheverSideItIsOn) {
  const auto measure = one_after_the_other(
      [](const std::string& program) -> Result<Figures> { return Figures{program == "ours" ? 1.3 : 1.0, program == "ours" ? 1.0 : 1.3}; });
  PairedReport report;
  ASSERT_TRUE(report.measure(two_programs(12), {{"slower", 2}, {"faster", 2}}, measure));
  EXPECT_THAT(report.markdown(), HasSubstr("| slower | 1.30 | 1.00 | x 1.300 (1.300 to 1.300) | **worse** |"));
  EXPECT_THAT(report.markdown(), HasSubstr("| faster | 1.00 | 1.30 | x 0.769 (0.769 to 0.769) | better |"));
  EXPECT_EQ(report.count(Comparison::kWorse), 1);
  EXPECT_EQ(report.count(Comparison::kBetter), 1);
}

TEST(PairedReport, MoreValuesNeedMoreRounds) {
  PairedReport report;
  report.add(figure("one", 6, 1.3, 1));
  EXPECT_EQ(report.count(Comparison::kWorse), 1);
  report.add(figure("another", 6, 1.3, 1));
  EXPECT_EQ(report.count(Comparison::kWorse), 0);
  EXPECT_EQ(report.count(Comparison::kUnclear), 2);
  EXPECT_THAT(report.markdown(), HasSubstr("| one | 1.30 | 1.00 | x 1.300 | unclear: at least 7 rounds tell |"));
}

TEST(PairedReport, AValueThatMayBeMuchWorseSaysHowManyRoundsAreNeeded) {
  PairedFigure wide = figure("wide", 12, 1, 1);
  wide.ours = {};
  for (int i = 0; i < 12; ++i) wide.ours.add(i % 2 == 0 ? 0.8 : 1.25);
  PairedReport report;
  report.add(wide);
  EXPECT_EQ(report.count(Comparison::kUnclear), 1);
  EXPECT_THAT(report.markdown(), testing::ContainsRegex("unclear: about [0-9]+ rounds tell"));
}

TEST(PairedReport, AValueThatWasNotMeasuredNamesItsProgram) {
  for (const double nothing : {0.0, -1.0, std::nan("")}) {
    const auto measure =
        one_after_the_other([&](const std::string& program) -> Result<Figures> { return Figures{program == "theirs" ? nothing : 1.0}; });
    PairedReport report;
    const auto done = report.measure(two_programs(1), {{"cost", 1}}, measure);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("theirs: cost is"));
    EXPECT_EQ(report.figures(), 0);
  }
}

TEST(PairedReport, AnErrorOfOneProgramEndsThePart) {
  const auto measure = one_after_the_other([](const std::string& program) -> Result<Figures> {
    if (program == "theirs") return fail(ErrorKind::kIo, "theirs: unknown flag --source");
    return Figures{1};
  });
  PairedReport report;
  const auto done = report.measure(two_programs(12), {{"cost", 1}}, measure);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "theirs: unknown flag --source");
  EXPECT_THAT(report.markdown(), Not(HasSubstr("cost")));
}

}  // namespace
}  // namespace procledger::bench
