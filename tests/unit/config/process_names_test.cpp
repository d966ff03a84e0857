// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "diagnosed.hpp"

namespace procledger::config {
namespace {

rules::RuleBook book_of(std::string_view text) {
  const Loaded loaded = load_text(text);
  EXPECT_TRUE(loaded) << format(loaded.error(), "c.yaml");
  return loaded ? loaded->config.book : rules::RuleBook{};
}

// The file of the Debian package.
TEST(ProcessNames, EverythingByComm) {
  rules::Rule rule;
  rule.name = "{{.Comm}}";
  rule.match.cmdline = {".+"};
  rules::RuleBook expected;
  expected.rules = {rule};
  expected.fallback = std::nullopt;
  EXPECT_EQ(book_of("process_names:\n  - name: \"{{.Comm}}\"\n    cmdline:\n    - '.+'\n"), expected);
}

TEST(ProcessNames, KeysBecomeConditionsInTheOrderOfTheFile) {
  const rules::RuleBook book = book_of(R"y(
process_names:
  - comm:
    - bash
  - exe:
    - postgres
    - /usr/local/bin/process-exporter
    - /opt/old/bin/process-exporter
  - name: "{{.ExeFull}}:{{.Matches.Cfgfile}}"
    exe: [/usr/local/bin/prometheus]
    cmdline:
    - -config.path\s+(?P<Cfgfile>\S+)
    - -v
)y");
  ASSERT_EQ(book.rules.size(), 3U);
  EXPECT_EQ(book.rules[0].name, "{{.ExeBase}}");
  EXPECT_EQ(book.rules[0].match.comm, std::vector<std::string>{"bash"});
  EXPECT_TRUE(book.rules[0].match.argv0.empty());
  // Two paths with one file name: in process-exporter, the last path hides the others.
  EXPECT_EQ(book.rules[1].match.argv0,
            (std::vector<std::string>{"postgres", "/usr/local/bin/process-exporter", "/opt/old/bin/process-exporter"}));
  EXPECT_TRUE(book.rules[1].match.exe.empty());
  EXPECT_EQ(book.rules[2].name, "{{.ExeFull}}:{{.Matches.Cfgfile}}");
  EXPECT_EQ(book.rules[2].match.cmdline, (std::vector<std::string>{R"(-config.path\s+(?P<Cfgfile>\S+))", "-v"}));
}

TEST(ProcessNames, WhatNoRuleNamesIsLeftOutAndChildrenInherit) {
  const rules::RuleBook book = book_of("process_names: [{comm: [a]}]");
  EXPECT_EQ(book.fallback, std::nullopt);
  EXPECT_TRUE(book.inherit);
  EXPECT_FALSE(book.exclude_self);
  EXPECT_EQ(book.rules.at(0).series, rules::SeriesOptions{});
}

TEST(ProcessNames, EmptyNameIsTheDefaultName) {
  EXPECT_EQ(book_of("process_names: [{name: '', comm: [a]}]").rules.at(0).name, "{{.ExeBase}}");
}

TEST(ProcessNames, NoneAreNone) {
  const rules::RuleBook book = book_of("process_names: []");
  EXPECT_TRUE(book.rules.empty());
  EXPECT_EQ(book.fallback, std::nullopt);
}

TEST(ProcessNames, CollectAndLimitsMayStandBeside) {
  const Loaded loaded = load_text("process_names: [{comm: a}]\nlimits: {groups: 7}\ncollect: {lifetime_histogram: false}\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->config.limits.groups, 7U);
  EXPECT_FALSE(loaded->config.collect.lifetime_histogram);
}

}  // namespace
}  // namespace procledger::config
