// SPDX-License-Identifier: Apache-2.0
#include "core/rules/process_attributes.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "core/rules/match_cache.hpp"
#include "unit/rules/known_process.hpp"

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

TEST(ProcessArguments, AreJoinedOnceAndWithoutPadding) {
  const Family family;
  Trial trial{with_args("a\0\0b c\0\0\0"sv), family, {}};
  ProcessAttributes& process = trial.attributes;
  EXPECT_EQ(process.args(), "a\0\0b c"sv);
  EXPECT_EQ(process.argv0(), "a");
  const auto first = process.command_line();
  EXPECT_EQ(first, "a  b c");
  EXPECT_EQ(process.command_line()->data(), first->data());
}

TEST(ProcessArguments, AreViewsOfTheRecord) {
  const Family family;
  Trial trial{with_args("/bin/a\0b\0"sv), family, {}};
  EXPECT_EQ(trial.attributes.args()->data(), trial.facts.program->args->data()) << "no copy";
  EXPECT_EQ(trial.attributes.argv0()->data(), trial.facts.program->args->data());
}

TEST(ProcessArguments, OfAKernelThreadAreNone) {
  const Family family;
  KnownProcess known = kernel_thread("kthreadd");
  known.args = "x";
  Trial trial{known, family, {}};
  ProcessAttributes& process = trial.attributes;
  EXPECT_FALSE(process.args() || process.argv0() || process.command_line());
}

TEST(ProcessDescent, KeepsItsAnswer) {
  Family family;
  RequiredAttributes required;
  required.descent_questions = {std::uint32_t{7}, std::string{"/run/a.pid"}, std::uint32_t{100}};
  Trial trial{named("x"), family, required};
  EXPECT_FALSE(trial.attributes.descends(0));
  EXPECT_TRUE(trial.attributes.descends(2)) << "the process itself";
  family.ancestors = {7};
  trial.host.pidfiles = {{"/run/a.pid", 7}};
  EXPECT_FALSE(trial.attributes.descends(0));
  EXPECT_TRUE(trial.attributes.descends(1));
}

// A process without an exec record: every attribute needs a call of the host.
class HostReads : public testing::Test {
 protected:
  using Asked = test::KnownHost::Asked;

  HostReads() {
    host.places[3] = {.path = "/system.slice/a.service",
                      .unit = "a.service",
                      .namespace_name = "ns",
                      .pod = "p",
                      .container = "c",
                      .container_id = {},
                      .pod_uid = {},
                      .qos = {}};
    host.pidfiles = {{"/run/a.pid", 9}};
    ledger::Program& program = host.programs[7];
    program.args = "a\0b\0"sv;
    program.path = "/bin/a";
    program.env = "APP=web\0"sv;
    facts.comm = "a";
    facts.tgid = 7;
    facts.cgroup_id = 3;
  }

  /// The calls of the host in two matches of the process, by this rule and a second rule that accepts every process.
  Asked asked_by(const Rule& first, std::string fallback = "x") {
    RuleBook book;
    book.rules = {first, rule("all", {})};
    book.fallback = std::move(fallback);
    const auto rules = std::make_shared<const RuleSet>(RuleSet::compile(book).value());
    MatchCache cache{rules, {1, 2}};
    host.asked = {};
    ProcessAttributes process{host, facts, rules->required()};
    EXPECT_TRUE(cache.match(process));
    EXPECT_TRUE(cache.match(process));
    return host.asked;
  }

  test::KnownHost host;
  ledger::ProcessFacts facts;
};

struct Read {
  const char* what;
  Rule rule;
  test::KnownHost::Asked asked;
};

std::vector<Read> all_reads() {
  const std::vector<std::string> a{"a"};
  return {
      {"nothing", rule("x", {}), {}},
      {"what the kernel's records carry", rule("{{.Comm}} {{.PID}}", {.comm = a, .pid = {1}, .ppid = {1}}), {}},
      {"place, by cgroup", rule("x", {.cgroup = {"/a"}}), {.place = 1}},
      {"place, by all of its parts", rule("{{.Unit}}", {.unit = a, .namespaces = a, .pod = a, .container = a}), {.place = 1}},
      {"user", rule("{{.Username}}", {.user = a}), {.user = 1}},
      {"program, by exe", rule("{{.Exe}}", {.exe = {"/b"}}), {.program = 1}},
      {"program, by argv0", rule("{{.ExeBase}}", {.argv0 = {"b"}}), {.program = 1}},
      {"program, by cmdline", rule("x", {.cmdline = {"b", "c"}}), {.program = 1}},
      {"program, by env",
       rule("x", {.env = {{"APP", EnvCondition::Kind::kEquals, "a"}, {"B", EnvCondition::Kind::kAbsent, ""}}}),
       {.program = 1}},
      {"pidfile", rule("x", {.pidfile = {"/run/a.pid"}}), {.pid_in = 1}},
      {"cgroups", rule("{{.Cgroups}}", {}), {.cgroups = 1}},
      {"start time", rule("{{.StartTime}}", {}), {.unix_ns = 1}},
  };
}

TEST_F(HostReads, OnlyWhatARuleAsksForIsReadAndOnce) {
  for (const Read& each : all_reads()) EXPECT_EQ(asked_by(each.rule), each.asked) << each.what;
}

TEST_F(HostReads, WhatTheDefaultAsksForIsNotReadForAProcessThatARuleTakes) {
  EXPECT_EQ(asked_by(rule("x", {}), "{{.Unit}} {{.Username}} {{.Exe}} {{.Cgroups}} {{.StartTime}}"), Asked{});
}

TEST_F(HostReads, AttributeThatNobodyAsksForIsNotRead) {
  RequiredAttributes all;
  for (std::size_t i = 0; i < kAttributes; ++i) all.add(static_cast<Attribute>(i));
  all.descent_questions = {std::string{"/run/a.pid"}};
  ProcessAttributes process{host, facts, all};
  EXPECT_EQ(process.comm(), "a");
  EXPECT_EQ(host.asked, Asked{}) << "no call for attributes that the ledger has";
  EXPECT_EQ(process.unit(), "a.service");
  EXPECT_EQ(host.asked, (Asked{.place = 1}));
  EXPECT_EQ(process.variable("APP").value, "web");
  EXPECT_EQ(process.exe(), "/bin/a");
  EXPECT_EQ(process.args(), "a\0b"sv);
  EXPECT_EQ(host.asked, (Asked{.place = 1, .program = 1}));
}

TEST_F(HostReads, WhatTheRecordCarriesIsNotRead) {
  facts.program = std::make_shared<const ledger::Program>(host.programs[7]);
  EXPECT_EQ(asked_by(rule("x", {.exe = {"/b"}, .cmdline = {"c"}})), Asked{});
}

TEST_F(HostReads, ProcAnswersNothingForTheDead) {
  facts.dead = true;
  EXPECT_EQ(asked_by(rule("{{.Cgroups}}", {.cmdline = {"c"}})), Asked{});
}

TEST_F(HostReads, KernelThreadHasNeitherProgramNorPlace) {
  facts.kernel_thread = true;
  EXPECT_EQ(asked_by(rule("x", {.cmdline = {"c"}, .unit = {"*"}})), Asked{});
}

}  // namespace
}  // namespace procledger::rules
