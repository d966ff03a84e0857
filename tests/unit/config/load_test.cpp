// SPDX-License-Identifier: Apache-2.0
#include "core/config/load.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "diagnosed.hpp"

namespace procledger::config {
namespace {

using namespace std::chrono_literals;
using rules::EnvCondition;

Config config_of(std::string_view text) {
  const Loaded loaded = load_text(text);
  EXPECT_TRUE(loaded) << format(loaded.error(), "c.yaml");
  if (!loaded) return {};
  EXPECT_EQ(format(loaded->warnings, "c.yaml"), "");
  return loaded->config;
}

// A file with every key.
constexpr std::string_view kExample = R"y(
collect:
  interval: 5s
  lifetime_histogram: false
limits:
  groups: 500
  series: 20000
  label_bytes: 64
groups:                        # first match wins
  - name: "postgres:{{.Matches.db}}"
    match:                     # all keys must hold; a list means any of
      comm: [postgres]
      exe: [/usr/lib/postgresql/*/bin/postgres]    # the real executable, glob
      cmdline: ['postgres: (?P<db>\w+)']           # RE2, all must match
      user: [postgres, "26"]
      pid: [4242]              # and its descendants
      pidfile: [/run/postgresql/main.pid]
      ppid: 1
      env: {APP: web, TIER: ~front.*, DEBUG: null, EMPTY: ""} # value; ~pattern; null = must not be set
      cgroup: ["/system.slice/*"]
      unit: ["postgresql@*.service"]
      namespace: [payments]    # Kubernetes, resolved without the API
      pod: ["pg-*"]
      container: [db]
    not: {comm: [pg_dump]}     # same keys; any hit excludes
    labels: {team: storage}
    threads: name              # off (default) | name | tid
    processes: true            # true: one series a process
    memory: {pss: true}
    sockets: true
default: drop
children: own
exclude_self: true
threads: {filter: [ceph-osd, 3240]}
containers:
  labels: [namespace, pod: k8s_pod, container]
  class:
    infrastructure: ["openshift-*", "kube-*"]
    workload: ["*"]
)y";

TEST(ConfigFile, SectionsReachTheConfig) {
  const Config config = config_of(kExample);
  EXPECT_EQ(config.collect, (Collect{5s, false}));
  EXPECT_EQ(config.limits, (Limits{500, 20'000, 64}));
  EXPECT_EQ(config.book.fallback, std::nullopt);
  EXPECT_FALSE(config.book.inherit);
  EXPECT_TRUE(config.book.exclude_self);
  EXPECT_EQ(config.book.thread_filter, (rules::ThreadFilter{{"ceph-osd"}, {3240}}));
  EXPECT_EQ(config.containers.labels,
            (std::vector<ContainerLabel>{
                {ContainerField::kNamespace, "namespace"}, {ContainerField::kPod, "k8s_pod"}, {ContainerField::kContainer, "container"}}));
  EXPECT_EQ(config.containers.classes, (std::vector<ContainerClass>{{"infrastructure", {"openshift-*", "kube-*"}}, {"workload", {"*"}}}));
}

TEST(ConfigFile, EveryKeyOfAGroupReachesItsRule) {
  const Config config = config_of(kExample);
  rules::Rule rule;
  rule.name = "postgres:{{.Matches.db}}";
  rule.match.comm = {"postgres"};
  rule.match.exe = {"/usr/lib/postgresql/*/bin/postgres"};
  rule.match.cmdline = {R"(postgres: (?P<db>\w+))"};
  rule.match.user = {"postgres", "26"};
  rule.match.pid = {4242};
  rule.match.pidfile = {"/run/postgresql/main.pid"};
  rule.match.ppid = {1};
  rule.match.env = {{"APP", EnvCondition::Kind::kEquals, "web"},
                    {"TIER", EnvCondition::Kind::kPattern, "front.*"},
                    {"DEBUG", EnvCondition::Kind::kAbsent, ""},
                    {"EMPTY", EnvCondition::Kind::kEquals, ""}};
  rule.match.cgroup = {"/system.slice/*"};
  rule.match.unit = {"postgresql@*.service"};
  rule.match.namespaces = {"payments"};
  rule.match.pod = {"pg-*"};
  rule.match.container = {"db"};
  rule.exclude.comm = {"pg_dump"};
  rule.labels = {{"team", "storage"}};
  rule.series = {rules::ThreadSeries::kByName, true, true, true};
  ASSERT_EQ(config.book.rules.size(), 1U);
  EXPECT_EQ(config.book.rules.front(), rule);
}

TEST(ConfigFile, EmptyMeansDefault) {
  for (const char* text : {"", "\n", "# nothing\n", "---\n", "{}\n", "null\n", "\xEF\xBB\xBF# with a mark\n"}) {
    EXPECT_EQ(config_of(text), Config{}) << text;
  }
}

TEST(ConfigFile, ScalarIsAListOfOne) {
  EXPECT_EQ(config_of("groups: [{name: a, match: {comm: x, pid: 7, user: 26, ppid: [1, 2]}}]"),
            config_of("groups: [{name: a, match: {comm: [x], pid: [7], user: [\"26\"], ppid: [1, 2]}}]"));
}

TEST(ConfigFile, ThreadsMayBeSwitchedOffInEveryYaml) {
  for (const char* word : {"off", "\"off\"", "false"}) {
    const Config config = config_of("groups: [{name: a, threads: " + std::string{word} + "}]");
    ASSERT_EQ(config.book.rules.size(), 1U) << word;
    EXPECT_EQ(config.book.rules.front().series.threads, rules::ThreadSeries::kOff) << word;
  }
  EXPECT_EQ(config_of("groups: [{name: a, threads: tid}]").book.rules.at(0).series.threads, rules::ThreadSeries::kByTid);
}

TEST(ConfigFile, AliasIsACopy) {
  EXPECT_EQ(config_of("groups:\n- {name: a, match: &m {comm: x}, labels: {team: &t red}}\n- {name: b, match: {user: y}, not: *m, labels: "
                      "{team: *t}}\n"),
            config_of("groups:\n- {name: a, match: {comm: x}, labels: {team: red}}\n- {name: b, match: {user: y}, not: {comm: x}, labels: "
                      "{team: red}}\n"));
}

TEST(ConfigFile, AllErrorsComeAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      said_about("exclude_self: maybe\nlimits: {groups: 0, serie: 5}\ngroups:\n  - {name: '{{.X}}', match: {comm: []}}\ncollect: 5\n"),
      R"(c.yaml:1:15: error: exclude_self: "maybe"; expected true or false
c.yaml:2:18: error: limits.groups: 0; expected a number from 1 to 100000
c.yaml:2:21: error: limits: unknown key "serie"; expected one of groups, series, label_bytes; did you mean "series"?
c.yaml:4:15: error: groups[0].name: bad template: ".X"; expected one of .Comm .Exe .ExeBase .ExeFull .Username .PID .StartTime .Cgroup .Cgroups .Unit .Namespace .Pod .Container .Matches
c.yaml:4:36: error: groups[0].match.comm: an empty list; expected a name or a list of names; add an item or remove the key
c.yaml:5:10: error: collect: 5; expected keys with values
)");
}

TEST(ConfigFile, HostileTextIsShownSafelyAndShort) {
  const std::string said = said_about("\"\\e[31m" + std::string(1000, 'x') + "\": 1\n");
  EXPECT_EQ(said.find('\x1B'), std::string::npos);
  EXPECT_LT(said.size(), 400U);
}

TEST(ConfigFile, CannotBeRead) {
  const Loaded loaded = load_file("/nonexistent/c.yaml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(format(loaded.error(), "/nonexistent/c.yaml"), "/nonexistent/c.yaml: error: cannot be opened: No such file or directory\n");
  EXPECT_FALSE(load_file("/"));
}

TEST(ConfigFile, IsReadFromDisk) {
  std::string folder = (std::filesystem::temp_directory_path() / "procledger-config-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/c.yaml";
  std::ofstream{path} << kExample;
  const Loaded loaded = load_file(path);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->config, config_of(kExample));
}

}  // namespace
}  // namespace procledger::config
