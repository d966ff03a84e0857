// SPDX-License-Identifier: Apache-2.0
// The values of fields for a real subject. The renderings were measured with process-exporter.
#include "core/rules/rule_set.hpp"

#include <gtest/gtest.h>

#include "unit/rules/subjects.hpp"

namespace procledger::rules {
namespace {

std::string shown(std::string name, const Subject& subject, std::vector<std::string> cmdline = {}) {
  return name_by(rule(std::move(name), {.cmdline = std::move(cmdline)}), subject);
}

TEST(SubjectFields, ExeBaseAndExeFullComeFromArgv0) {
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", with_args("/usr/bin/python3\0x.py\0"sv)), "python3 /usr/bin/python3");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("nginx: worker process"sv)), "nginx: worker process");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("/a/b//"sv)), "b");
  EXPECT_EQ(shown("{{.ExeBase}}", with_args("//"sv)), "/");
}

TEST(SubjectFields, ExeBaseAndExeFullFallBackToComm) {
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", kernel_thread("kswapd0")), "kswapd0 kswapd0");
  EXPECT_EQ(shown("{{.ExeBase}} {{.ExeFull}}", with_args("\0x\0"sv, "c")), "c c");
}

TEST(SubjectFields, CapturesOfAllPatternsComeTogether) {
  const Subject subject = with_args("proc1\0--id\0n7\0"sv);
  EXPECT_EQ(shown("{{.Matches}}", subject, {"^(?P<kind>proc)(\\d)"}), "map[:1 kind:proc]");
  EXPECT_EQ(shown("{{.Matches}}", subject, {"^(?P<kind>proc)", "--id (?P<id>\\w+)"}), "map[:--id n7 id:n7 kind:proc]");
  EXPECT_EQ(shown("{{.Matches.none}}", subject, {"proc"}), "<no value>");
  EXPECT_EQ(shown("{{.Matches}}", subject), "map[]");
}

TEST(SubjectFields, ExclusionsCaptureNothing) {
  EXPECT_EQ(name_by(rule("{{.Matches}}", {.cmdline = {"a"}}, {.cmdline = {"(?P<x>z)"}}), with_args("a"sv)), "map[:a]");
}

TEST(SubjectFields, PlainFacts) {
  Subject subject = named("c");
  subject.exe = "/bin/c";
  subject.cgroup = "/s/c.service";
  subject.unit = "c.service";
  subject.namespace_name = "ns";
  subject.pod = "p";
  subject.container = "db";
  subject.uid = 26;
  EXPECT_EQ(shown("{{.Exe}} {{.Cgroup}} {{.Unit}} {{.Namespace}} {{.Pod}} {{.Container}} {{.PID}}", subject),
            "/bin/c /s/c.service c.service ns p db 100");
  EXPECT_EQ(shown("{{.Username}}", subject), "26");
  subject.user = "postgres";
  EXPECT_EQ(shown("{{.Username}}", subject), "postgres");
}

TEST(SubjectFields, WhatIsNotKnownIsEmpty) {
  EXPECT_EQ(shown("[{{.Exe}}{{.Cgroup}}{{.Unit}}{{.Namespace}}{{.Pod}}{{.Container}}{{.StartTime}}]", named("c")), "[]");
}

TEST(SubjectFields, CgroupsAreASlice) {
  const std::array paths{"/a"sv, "/b"sv};
  Subject subject = named("c");
  subject.cgroups = paths;
  EXPECT_EQ(shown("{{.Cgroups}} {{index .Cgroups 1}}", subject), "[/a /b] /b");
  EXPECT_EQ(shown("x{{index .Cgroups 2}}y", subject), "x");
}

TEST(SubjectFields, HostileBytesStayForOthersToMakeSafe) { EXPECT_EQ(shown("{{.Comm}}", named("\xff\n")), "\xff\n"); }

TEST(StartTimeText, IsGosInHundredths) {
  constexpr std::uint64_t kMoment = 1'795'252'070'000'000'000;  // date -u -d @1795252070
  EXPECT_EQ(start_time_text(kMoment + 920'000'000), "2026-11-21 09:07:50.92 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 929'999'999), "2026-11-21 09:07:50.92 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 900'000'000), "2026-11-21 09:07:50.9 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment + 50'000'000), "2026-11-21 09:07:50.05 +0000 UTC");
  EXPECT_EQ(start_time_text(kMoment), "2026-11-21 09:07:50 +0000 UTC");
  EXPECT_EQ(start_time_text(0), "1970-01-01 00:00:00 +0000 UTC");
  Subject subject = named("c");
  subject.start_unix_ns = kMoment;
  EXPECT_EQ(shown("{{.StartTime}}", subject), "2026-11-21 09:07:50 +0000 UTC");
}

}  // namespace
}  // namespace procledger::rules
