// SPDX-License-Identifier: Apache-2.0
// The rules of process-exporter's -namemapping.
#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

std::string name_of(const std::string& pattern, const KnownProcess& process) {
  Rule mapped = rule("{{.Comm}}:{{.Matches.found}}", {.comm = {"python"}, .cmdline = {pattern}});
  mapped.first_capture = "found";
  const auto match = compiled({mapped}).match(process);
  return match ? match->name : "(none)";
}

TEST(RuleFirstCapture, NamesTheGroup) {
  EXPECT_EQ(name_of(R"(([^/ ]+\.py))", with_args("python\0/opt/a.py\0"sv, "python")), "python:a.py");
  EXPECT_EQ(name_of(R"((?P<script>\w+\.py))", with_args("python\0a.py\0"sv, "python")), "python:a.py");
}

TEST(RuleFirstCapture, EmptyOnesArePassedOver) {
  const std::string pattern = R"((x*)(?:-m (\w+)|(\w+\.py)))";
  EXPECT_EQ(name_of(pattern, with_args("python\0-m\0http\0"sv, "python")), "python:http");
  EXPECT_EQ(name_of(pattern, with_args("python\0a.py\0"sv, "python")), "python:a.py");
}

TEST(RuleFirstCapture, WithoutOneTheRuleTakesNothing) {
  EXPECT_EQ(name_of("(x*)python", with_args("python\0a.py\0"sv, "python")), "(none)");
  EXPECT_EQ(name_of("(x+)", with_args("python\0a.py\0"sv, "python")), "(none)");
  EXPECT_EQ(name_of("(.*)", named("python")), "(none)");
}

}  // namespace
}  // namespace procledger::rules
