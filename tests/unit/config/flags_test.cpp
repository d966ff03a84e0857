// SPDX-License-Identifier: Apache-2.0
#include "core/config/process_exporter_form.hpp"

#include <gtest/gtest.h>

namespace procledger::config {
namespace {

Result<rules::RuleBook> book_of_flags(std::string_view names, std::string_view mapping) {
  rules::PatternCompiler patterns;
  return rule_book_of_flags(names, mapping, patterns);
}

std::string refusal(std::string_view names, std::string_view mapping) {
  const auto book = book_of_flags(names, mapping);
  if (book) return "accepted";
  EXPECT_EQ(book.error().kind, ErrorKind::kUsage);
  return book.error().message;
}

rules::Rule mapped(std::string comm, std::string pattern) {
  rules::Rule rule;
  rule.name = "{{.Comm}}:{{.Matches.mapped}}";
  rule.match.comm = {std::move(comm)};
  rule.match.cmdline = {std::move(pattern)};
  rule.first_capture = "mapped";
  return rule;
}

TEST(ProcessExporterFlags, NamesAreGroupsOfTheirComm) {
  const auto book = book_of_flags("bash,,ssh:d,bash", "");
  ASSERT_TRUE(book);
  rules::Rule rule;
  rule.name = "{{.Comm}}";
  rule.match.comm = {"bash", "ssh:d"};
  EXPECT_EQ(book->rules, std::vector{rule});
  EXPECT_EQ(book->fallback, std::nullopt);
  EXPECT_TRUE(book->inherit);
}

TEST(ProcessExporterFlags, NothingNamedIsNothingWatched) {
  const auto book = book_of_flags("", "");
  ASSERT_TRUE(book);
  EXPECT_TRUE(book->rules.empty());
  EXPECT_EQ(book->fallback, std::nullopt);
}

TEST(ProcessExporterFlags, MappingNamesByItsFirstCapture) {
  const auto book = book_of_flags("", R"(python2,([^/]+\.py)|-m (\w+),java,-jar\s+([^/]+).jar)");
  ASSERT_TRUE(book);
  EXPECT_EQ(book->rules, (std::vector{mapped("java", R"(-jar\s+([^/]+).jar)"), mapped("python2", R"(([^/]+\.py)|-m (\w+))")}));
}

TEST(ProcessExporterFlags, MappingWinsOverTheName) {
  const auto book = book_of_flags("java,bash", "java,(a)");
  ASSERT_TRUE(book);
  ASSERT_EQ(book->rules.size(), 2U);
  EXPECT_EQ(book->rules[0], mapped("java", "(a)"));
  EXPECT_EQ(book->rules[1].match.comm, std::vector<std::string>{"bash"});
}

TEST(ProcessExporterFlags, LastPatternOfACommCounts) {
  const auto book = book_of_flags("", "java,(a),java,(b)");
  ASSERT_TRUE(book);
  EXPECT_EQ(book->rules, std::vector{mapped("java", "(b)")});
}

TEST(ProcessExporterFlags, BadMappingIsAnError) {
  EXPECT_EQ(refusal("", "java"), "-namemapping: names and patterns must come in pairs: comm,regex,comm,regex");
  EXPECT_EQ(refusal("", "java,(a{1,2})"), "-namemapping: names and patterns must come in pairs: comm,regex,comm,regex");
  EXPECT_EQ(refusal("", "java,"), "-namemapping: a name or a pattern is empty");
  EXPECT_EQ(refusal("", ",a"), "-namemapping: a name or a pattern is empty");
  EXPECT_EQ(refusal("", "java,(a"), "-namemapping: the pattern \"(a\": missing ): (a");
  EXPECT_EQ(refusal("", "java,a"),
            "-namemapping: the pattern \"a\" has no capture group for the name; put the part for the name in parentheses");
}

}  // namespace
}  // namespace procledger::config
