// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_context.hpp"

#include <gtest/gtest.h>

#include "unit/rules/subjects.hpp"

namespace procledger::rules {
namespace {

TEST(BaseName, IsGosFilepathBase) {
  EXPECT_EQ(base_name("/usr/bin/env"), "env");
  EXPECT_EQ(base_name("env"), "env");
  EXPECT_EQ(base_name("a/b///"), "b");
  EXPECT_EQ(base_name("/"), "/");
  EXPECT_EQ(base_name("///"), "/");
  EXPECT_EQ(base_name("/a"), "a");
  EXPECT_EQ(base_name(""), "");
}

TEST(EvaluationArguments, AreJoinedOnceAndWithoutPadding) {
  const Subject subject = with_args("a\0\0b c\0\0\0"sv);
  const FakeSurroundings surroundings;
  Evaluation evaluation{subject, surroundings, {}};
  EXPECT_EQ(evaluation.args(), "a\0\0b c"sv);
  EXPECT_EQ(evaluation.argv0(), "a");
  const auto first = evaluation.command_line();
  EXPECT_EQ(first, "a  b c");
  EXPECT_EQ(evaluation.command_line()->data(), first->data());
}

TEST(EvaluationArguments, OfAKernelThreadAreNone) {
  Subject subject = kernel_thread("kthreadd");
  subject.args = "x";
  const FakeSurroundings surroundings;
  Evaluation evaluation{subject, surroundings, {}};
  EXPECT_FALSE(evaluation.args() || evaluation.argv0() || evaluation.command_line());
}

TEST(EvaluationDescent, KeepsItsAnswer) {
  const Subject subject = named("x");
  FakeSurroundings surroundings;
  const std::vector<DescentQuestion> questions{std::uint32_t{7}, std::string{"/run/a.pid"}, std::uint32_t{100}};
  Evaluation evaluation{subject, surroundings, questions};
  EXPECT_FALSE(evaluation.descends(0));
  EXPECT_TRUE(evaluation.descends(2)) << "itself";
  surroundings.ancestors = {7};
  surroundings.pidfiles = {{"/run/a.pid", 7}};
  EXPECT_FALSE(evaluation.descends(0));
  EXPECT_TRUE(evaluation.descends(1));
}

}  // namespace
}  // namespace procledger::rules
