// SPDX-License-Identifier: Apache-2.0
// The values of fields for a real process. The renderings were measured with process-exporter.
#include "core/rules/rule_set.hpp"

#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

std::string shown(std::string name, const KnownProcess& process, std::vector<std::string> cmdline = {}) {
  return name_by(rule(std::move(name), {.cmdline = std::move(cmdline)}), process);
}

TEST(AttributeFields, ExeBaseAndExeFullComeFromArgv0) {
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", with_args("/usr/bin/python3\0x.py\0"sv)), "python3 /usr/bin/python3");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("nginx: worker process"sv)), "nginx: worker process");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("/a/b//"sv)), "b");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("//"sv)), "/");
}

TEST(AttributeFields, ExeBaseAndExeFullFallBackToComm) {
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", kernel_thread("kswapd0")), "kswapd0 kswapd0");
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", with_args("\0x\0"sv, "c")), "c c");
}

TEST(AttributeFields, CapturesOfAllPatternsComeTogether) {
  const KnownProcess process = with_args("proc1\0--id\0n7\0"sv);
  EXPECT_EQ(shown("{{.Matches}}", process, {"^(?P<kind>proc)(\\d)"}), "map[:1 kind:proc]");
  EXPECT_EQ(shown("{{.Matches}}", process, {"^(?P<kind>proc)", "--id (?P<id>\\w+)"}), "map[:--id n7 id:n7 kind:proc]");
  EXPECT_EQ(shown("{{.Matches.none}}", process, {"proc"}), "<no value>");
  EXPECT_EQ(shown("{{.Matches}}", process), "map[]");
}

TEST(AttributeFields, ExclusionsCaptureNothing) {
  EXPECT_EQ(name_by(rule("{{.Matches}}", {.cmdline = {"a"}}, {.cmdline = {"(?P<x>z)"}}), with_args("a"sv)), "map[:a]");
}

TEST(AttributeFields, PlainFacts) {
  KnownProcess process = named("c");
  process.exe = "/bin/c";
  process.cgroup = "/s/c.service";
  process.unit = "c.service";
  process.namespace_name = "ns";
  process.pod = "p";
  process.container = "db";
  process.uid = 26;
  EXPECT_EQ(shown("{{.Exe}} {{.Cgroup}} {{.Unit}} {{.Namespace}} {{.Pod}} {{.Container}} {{.PID}}", process),
            "/bin/c /s/c.service c.service ns p db 100");
  EXPECT_EQ(shown("{{.Username}}", process), "26");
  process.user = "postgres";
  EXPECT_EQ(shown("{{.Username}}", process), "postgres");
}

TEST(AttributeFields, WhatIsNotKnownIsEmpty) {
  EXPECT_EQ(shown("[{{.Exe}}{{.Cgroup}}{{.Unit}}{{.Namespace}}{{.Pod}}{{.Container}}]", named("c")), "[]");
}

TEST(AttributeFields, CgroupsAreASlice) {
  KnownProcess process = named("c");
  process.cgroups = {"/a", "/b"};
  EXPECT_EQ(shown("{{.Cgroups}} {{index .Cgroups 1}}", process), "[/a /b] /b");
  EXPECT_EQ(shown("x{{index .Cgroups 2}}y", process), "x");
}

TEST(AttributeFields, HostileBytesStayForOthersToMakeSafe) { EXPECT_EQ(shown("{{.Comm}}", named("\xff\n")), "\xff\n"); }

TEST(StartTimeText, IsGosInHundredths) {
  constexpr std::uint64_t kMoment = 1'795'252'070'000'000'000;  // date -u -d @1795252070
  EXPECT_EQ(start_time_text(kMoment + 920'000'000), "2026-11-21 09:07:50.92 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 929'999'999), "2026-11-21 09:07:50.92 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 900'000'000), "2026-11-21 09:07:50.9 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 50'000'000), "2026-11-21 09:07:50.05 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment), "2026-11-21 09:07:50 +0000 UTC");
  EXPECT_EQ(start_time_text(0), "1970-01-01 00:00:00 +0000 UTC");
  KnownProcess process = named("c");
  process.start_unix_ns = kMoment;
  EXPECT_EQ(shown("{{.StartTime}}", process), "2026-11-21 09:07:50 +0000 UTC");
}

}  // namespace
}  // namespace procledger::rules
