// SPDX-License-Identifier: Apache-2.0
// The processes that each key of a match accepts. An unknown attribute matches no key.
#include <gtest/gtest.h>

#include "unit/rules/subjects.hpp"

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
  Subject subject = with_args("postgres: writer"sv, "postgres");
  EXPECT_FALSE(takes({.exe = {"**"}}, subject)) << "not known";
  subject.exe = "/usr/lib/postgresql/15/bin/postgres";
  EXPECT_TRUE(takes({.exe = {"/nowhere", "/usr/lib/postgresql/*/bin/postgres"}}, subject));
  EXPECT_FALSE(takes({.exe = {"/usr/lib/*/postgres", "postgres"}}, subject));
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
  Subject subject = kernel_thread("kthreadd");
  subject.args = "kthreadd";
  EXPECT_FALSE(takes({.argv0 = {"kthreadd"}}, subject));
}

TEST(MatchCmdline, IsUnanchoredOverArgumentsJoinedBySpaces) {
  const Subject subject = with_args("java\0-jar\0app.jar\0\0\0"sv);
  EXPECT_TRUE(takes({.cmdline = {"-jar app"}}, subject));
  EXPECT_TRUE(takes({.cmdline = {"^java -jar app\\.jar$"}}, subject));
  EXPECT_FALSE(takes({.cmdline = {"^-jar"}}, subject));
}

TEST(MatchCmdline, AllPatternsMustBeFound) {
  const Subject subject = with_args("java\0-jar\0app.jar\0"sv);
  EXPECT_TRUE(takes({.cmdline = {"java", "app"}}, subject));
  EXPECT_FALSE(takes({.cmdline = {"java", "python"}}, subject));
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
  Subject subject = named("x");
  subject.uid = 26;
  EXPECT_TRUE(takes({.user = {"root", "26"}}, subject));
  EXPECT_FALSE(takes({.user = {"postgres"}}, subject)) << "name not known";
  subject.user = "postgres";
  EXPECT_TRUE(takes({.user = {"postgres"}}, subject));
  EXPECT_TRUE(takes({.user = {"26"}}, subject));
  EXPECT_FALSE(takes({.user = {"27", "root", "26x", "-26", "4294967322"}}, subject));
  subject.user = "1000";
  EXPECT_TRUE(takes({.user = {"1000"}}, subject)) << "a name may look like a number";
}

TEST(MatchPpid, IsTheParent) {
  Subject subject = named("x");
  subject.parent_tgid = 7;
  EXPECT_TRUE(takes({.ppid = {9, 1, 7}}, subject));
  EXPECT_FALSE(takes({.ppid = {1, 100}}, subject));
}

TEST(MatchPid, TakesItAndItsDescendants) {
  FakeSurroundings surroundings;
  surroundings.ancestors = {50, 1};
  EXPECT_TRUE(takes({.pid = {100}}, named("x"), surroundings)) << "itself";
  EXPECT_TRUE(takes({.pid = {7, 50}}, named("x"), surroundings)) << "an ancestor";
  EXPECT_FALSE(takes({.pid = {7}}, named("x"), surroundings));
}

TEST(MatchPidfile, TakesItsProcessAndDescendants) {
  FakeSurroundings surroundings;
  surroundings.ancestors = {50};
  surroundings.pidfiles = {{"/run/a.pid", 100}, {"/run/b.pid", 50}, {"/run/c.pid", 7}};
  EXPECT_TRUE(takes({.pidfile = {"/run/a.pid"}}, named("x"), surroundings));
  EXPECT_TRUE(takes({.pidfile = {"/run/none.pid", "/run/b.pid"}}, named("x"), surroundings));
  EXPECT_FALSE(takes({.pidfile = {"/run/c.pid", "/run/none.pid"}}, named("x"), surroundings));
}

TEST(MatchCgroup, TakesWhatLiesBelow) {
  Subject subject = named("x");
  EXPECT_FALSE(takes({.cgroup = {"/"}}, subject)) << "not known";
  subject.cgroup = "/system.slice/pg.service/worker";
  EXPECT_TRUE(takes({.cgroup = {"/user.slice", "/system.slice/*"}}, subject));
  EXPECT_TRUE(takes({.cgroup = {"/"}}, subject));
  EXPECT_FALSE(takes({.cgroup = {"/system.slice/pg"}}, subject));
}

TEST(MatchNames, AreGlobsOverTheirOwnFact) {
  Subject subject = named("x");
  const std::vector<std::string> any{"*"};
  EXPECT_FALSE(takes({.unit = any}, subject) || takes({.namespaces = any}, subject) || takes({.pod = any}, subject) ||
               takes({.container = any}, subject));
  subject.unit = "postgresql@15-main.service";
  subject.namespace_name = "payments";
  subject.pod = "pg-0";
  subject.container = "db";
  EXPECT_TRUE(takes({.unit = {"postgresql@*.service"}}, subject));
  EXPECT_TRUE(takes({.namespaces = {"pay*"}}, subject));
  EXPECT_TRUE(takes({.pod = {"pg-?"}}, subject));
  EXPECT_TRUE(takes({.container = {"[cd]b"}}, subject));
  EXPECT_FALSE(takes({.unit = {"payments", "pg-0", "db"}}, subject));
  EXPECT_FALSE(takes({.namespaces = {"pg-0"}}, subject));
  EXPECT_FALSE(takes({.pod = {"db"}}, subject));
  EXPECT_FALSE(takes({.container = {"payments"}}, subject));
}

}  // namespace
}  // namespace procledger::rules
