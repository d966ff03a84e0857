// SPDX-License-Identifier: Apache-2.0
// The place of an error in a rule that does not compile.
#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

std::vector<RuleError> errors_of(std::vector<Rule> rules, std::string fallback = "x") {
  RuleBook book;
  book.rules = std::move(rules);
  book.fallback = std::move(fallback);
  auto set = RuleSet::compile(book);
  return set ? std::vector<RuleError>{} : set.error();
}

TEST(RuleErrors, AllAreReportedInTheOrderOfTheRules) {
  Rule first = rule("{{.Cmm}}", {.cmdline = {"fine", "a(b"}});
  Rule second = rule("x", {.cgroup = {"/a", "/b", "/c["}}, {.exe = {""}, .env = {{"APP", EnvCondition::Kind::kPattern, "[z"}}});
  second.labels = {{"team", "{{"}};
  const auto errors = errors_of({rule("fine", {}), first, second}, "{{if}}");
  ASSERT_EQ(errors.size(), 7U);
  const auto where = [&](std::size_t i) { return std::tuple{errors[i].rule, errors[i].key, errors[i].item, errors[i].error.offset}; };
  const auto expected = [](std::size_t rule, std::string key, std::size_t item, std::size_t offset) {
    return std::tuple{std::optional{rule}, std::move(key), item, offset};
  };
  EXPECT_EQ(where(0), expected(1, "name", 0, 2));
  EXPECT_EQ(where(1), expected(1, "match.cmdline", 1, 0));
  EXPECT_EQ(where(2), expected(2, "match.cgroup", 2, 2));
  EXPECT_EQ(where(3), expected(2, "not.exe", 0, 0));
  EXPECT_EQ(where(4), expected(2, "not.env.APP", 0, 0));
  EXPECT_EQ(where(5), expected(2, "labels.team", 0, 0));
  EXPECT_EQ(errors[6].rule, std::nullopt);
  EXPECT_EQ(errors[6].key, "default");
  EXPECT_EQ(errors[6].text, "{{if}}");
}

TEST(RuleErrors, CarryWhatWasFoundAndAHint) {
  const auto errors = errors_of({rule("{{.Cmm}}", {.cmdline = {"x[z-a]"}, .unit = {"a\\"}})});
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].text, "{{.Cmm}}");
  EXPECT_EQ(errors[0].error.found, ".Cmm");
  EXPECT_EQ(errors[0].error.hint, "did you mean .Comm?");
  EXPECT_EQ(errors[1].key, "match.unit");
  EXPECT_EQ(errors[1].error.expected, "a glob");
  EXPECT_EQ(errors[1].error.found, "\"\\\" at the end escapes nothing");
  EXPECT_EQ(errors[2].error.offset, 2U);
  EXPECT_EQ(errors[2].error.found, "invalid character class range: z-a");
  EXPECT_EQ(errors[2].error.expected, "a regular expression in RE2 syntax");
}

}  // namespace
}  // namespace procledger::rules
