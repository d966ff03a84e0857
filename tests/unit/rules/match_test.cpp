// SPDX-License-Identifier: Apache-2.0
// The processes that each key of a match accepts. An unknown attribute matches no key.
#include <gtest/gtest.h>

#include "unit/rules/known_process.hpp"

namespace procledger::rules {
namespace {

TEST(MatchComm, IsExact) {
  EXPECT_TRUE(takes({.comm = {"sshd", "bash"}}, named("bash")));
  EXPECT_FALSE(takes({.comm = {"sshd", "bash"}}, named("bas")));
  EXPECT_FALSE(takes({.comm = {"bash"}}, named("Bash")));
  EXPECT_FALSE(takes({.comm = {"bash"}}, named("bash\n")));
}

TEST(MatchComm, LongerNamesAreCutAsTheKernelCutsThem) {
  EXPECT_TRUE(takes({.comm = {"gnome-terminal-server"}}, named("gnome-terminal-")));
  EXPECT_TRUE(takes({.comm = {"gnome-terminal-"}}, named("gnome-terminal-")));
  EXPECT_FALSE(takes({.comm = {"gnome-terminal"}}, named("gnome-terminal-")));
}

TEST(MatchComm, TakesKernelThreadsAndHostileBytes) {
  EXPECT_TRUE(takes({.comm = {"kswapd0"}}, kernel_thread("kswapd0")));
  EXPECT_TRUE(takes({.comm = {"\xff\x01{{"}}, named("\xff\x01{{")));
}

TEST(MatchExe, IsAGlobOverTheRealPath) {
  KnownProcess process = with_args("postgres: writer"sv, "postgres");
  EXPECT_FALSE(takes({.exe = {"**"}}, process)) << "not known";
  process.exe = "/usr/lib/postgresql/15/bin/postgres";
  EXPECT_TRUE(takes({.exe = {"/nowhere", "/usr/lib/postgresql/*/bin/postgres"}}, process));
  EXPECT_FALSE(takes({.exe = {"/usr/lib/*/postgres", "postgres"}}, process));
}

TEST(MatchArgv0, WithoutASlashIsTheBaseName) {
  EXPECT_TRUE(takes({.argv0 = {"nginx"}}, with_args("/usr/sbin/nginx\0-g\0"sv)));
  EXPECT_TRUE(takes({.argv0 = {"nginx"}}, with_args("nginx"sv)));
  EXPECT_TRUE(takes({.argv0 = {"nginx"}}, with_args("/usr/sbin/nginx/\0"sv)));
  EXPECT_FALSE(takes({.argv0 = {"-g"}}, with_args("/usr/sbin/nginx\0-g\0"sv)));
  EXPECT_FALSE(takes({.argv0 = {"nginx"}}, with_args("nginx: master"sv)));
}

TEST(MatchArgv0, WithASlashIsTheWholeAndEveryOneOfTheList) {
  const Match match{.argv0 = {"/usr/bin/python", "/opt/bin/python"}};
  EXPECT_TRUE(takes(match, with_args("/usr/bin/python\0"sv)));
  EXPECT_TRUE(takes(match, with_args("/opt/bin/python\0"sv)));
  EXPECT_FALSE(takes(match, with_args("/home/bin/python\0"sv)));
  EXPECT_FALSE(takes(match, with_args("python\0"sv)));
}

TEST(MatchArgv0, NeedsOne) {
  EXPECT_FALSE(takes({.argv0 = {"comm"}}, named("comm")));
  EXPECT_FALSE(takes({.argv0 = {"", "."}}, with_args("\0x\0"sv)));
  KnownProcess process = kernel_thread("kthreadd");
  process.args = "kthreadd";
  EXPECT_FALSE(takes({.argv0 = {"kthreadd"}}, process));
}

TEST(MatchCmdline, IsUnanchoredOverArgumentsJoinedBySpaces) {
  const KnownProcess process = with_args("java\0-jar\0app.jar\0\0\0"sv);
  EXPECT_TRUE(takes({.cmdline = {"-jar app"}}, process));
  EXPECT_TRUE(takes({.cmdline = {"^java -jar app\\.jar$"}}, process));
  EXPECT_FALSE(takes({.cmdline = {"^-jar"}}, process));
}

TEST(MatchCmdline, AllPatternsMustBeFound) {
  const KnownProcess process = with_args("java\0-jar\0app.jar\0"sv);
  EXPECT_TRUE(takes({.cmdline = {"java", "app"}}, process));
  EXPECT_FALSE(takes({.cmdline = {"java", "python"}}, process));
}

TEST(MatchCmdline, NothingIsNotSomething) {
  for (const char* pattern : {".+", ".*", "^$"}) {
    EXPECT_FALSE(takes({.cmdline = {pattern}}, named("unknown"))) << pattern;
    EXPECT_FALSE(takes({.cmdline = {pattern}}, kernel_thread("kthreadd"))) << pattern;
  }
  EXPECT_FALSE(takes({.cmdline = {".+"}}, with_args("")));
  EXPECT_TRUE(takes({.cmdline = {".*"}}, with_args(""))) << "known and empty, as in process-exporter";
}

TEST(MatchCmdline, InvalidUtf8IsReadAsGoReadsIt) {
  EXPECT_TRUE(takes({.cmdline = {"^a.b$"}}, with_args("a\xff"
                                                      "b"sv)));
  EXPECT_TRUE(takes({.cmdline = {"^a..b$"}}, with_args("a\xe2\x82"
                                                       "b"sv)));
  EXPECT_TRUE(takes({.cmdline = {"^caf\xc3\xa9.x$"}}, with_args("caf\xc3\xa9\0x"sv)));
  EXPECT_FALSE(takes({.cmdline = {"^a.b$"}}, with_args("a\nb"sv)));
}

TEST(MatchUser, ByNameOrNumber) {
  KnownProcess process = named("x");
  process.uid = 26;
  EXPECT_TRUE(takes({.user = {"root", "26"}}, process));
  EXPECT_FALSE(takes({.user = {"postgres"}}, process)) << "name not known";
  process.user = "postgres";
  EXPECT_TRUE(takes({.user = {"postgres"}}, process));
  EXPECT_TRUE(takes({.user = {"26"}}, process));
  EXPECT_FALSE(takes({.user = {"27", "root", "26x", "-26", "4294967322"}}, process));
  process.user = "1000";
  EXPECT_TRUE(takes({.user = {"1000"}}, process)) << "a name may look like a number";
}

TEST(MatchPpid, IsTheParent) {
  KnownProcess process = named("x");
  process.parent_tgid = 7;
  EXPECT_TRUE(takes({.ppid = {9, 1, 7}}, process));
  EXPECT_FALSE(takes({.ppid = {1, 100}}, process));
}

TEST(MatchPid, TakesItAndItsDescendants) {
  Family family;
  family.ancestors = {50, 1};
  EXPECT_TRUE(takes({.pid = {100}}, named("x"), family)) << "itself";
  EXPECT_TRUE(takes({.pid = {7, 50}}, named("x"), family)) << "an ancestor";
  EXPECT_FALSE(takes({.pid = {7}}, named("x"), family));
}

TEST(MatchPidfile, TakesItsProcessAndDescendants) {
  Family family;
  family.ancestors = {50};
  family.pidfiles = {{"/run/a.pid", 100}, {"/run/b.pid", 50}, {"/run/c.pid", 7}};
  EXPECT_TRUE(takes({.pidfile = {"/run/a.pid"}}, named("x"), family));
  EXPECT_TRUE(takes({.pidfile = {"/run/none.pid", "/run/b.pid"}}, named("x"), family));
  EXPECT_FALSE(takes({.pidfile = {"/run/c.pid", "/run/none.pid"}}, named("x"), family));
}

TEST(MatchCgroup, TakesWhatLiesBelow) {
  KnownProcess process = named("x");
  EXPECT_FALSE(takes({.cgroup = {"/"}}, process)) << "not known";
  process.cgroup = "/system.slice/pg.service/worker";
  EXPECT_TRUE(takes({.cgroup = {"/user.slice", "/system.slice/*"}}, process));
  EXPECT_TRUE(takes({.cgroup = {"/"}}, process));
  EXPECT_FALSE(takes({.cgroup = {"/system.slice/pg"}}, process));
}

TEST(MatchNames, AreGlobsOverTheirOwnFact) {
  KnownProcess process = named("x");
  const std::vector<std::string> any{"*"};
  EXPECT_FALSE(takes({.unit = any}, process) || takes({.namespaces = any}, process) || takes({.pod = any}, process) ||
               takes({.container = any}, process));
  process.unit = "postgresql@15-main.service";
  process.namespace_name = "payments";
  process.pod = "pg-0";
  process.container = "db";
  EXPECT_TRUE(takes({.unit = {"postgresql@*.service"}}, process));
  EXPECT_TRUE(takes({.namespaces = {"pay*"}}, process));
  EXPECT_TRUE(takes({.pod = {"pg-?"}}, process));
  EXPECT_TRUE(takes({.container = {"[cd]b"}}, process));
  EXPECT_FALSE(takes({.unit = {"payments", "pg-0", "db"}}, process));
  EXPECT_FALSE(takes({.namespaces = {"pg-0"}}, process));
  EXPECT_FALSE(takes({.pod = {"db"}}, process));
  EXPECT_FALSE(takes({.container = {"payments"}}, process));
}

}  // namespace
}  // namespace procledger::rules
