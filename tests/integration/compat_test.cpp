// SPDX-License-Identifier: Apache-2.0
// --compat=process-exporter, for process-exporter 0.8.7: features that the older version of Debian lacks. The expected values come from the
// documentation and the source of 0.8.7.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/daemon_process.hpp"
#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/load.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kNumProcs = "namedprocess_namegroup_num_procs";
constexpr const char* kCpu = "namedprocess_namegroup_cpu_seconds_total";

class Compat : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  void start(std::vector<std::string> flags) {
    flags.insert(flags.begin(), "--compat=process-exporter");
    auto daemon = DaemonProcess::start({.flags = std::move(flags)});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }
  std::optional<Child> run(const std::string& name, const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), names_.link(name, program));
    auto child = Child::spawn({.argv = std::move(arguments), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    EXPECT_TRUE(child) << child.error().message;
    return child ? std::optional{std::move(*child)} : std::nullopt;
  }
  /// Starts a process with two threads that sleeps.
  std::optional<Child> idle(const std::string& name) {
    auto child = run(name, "holder", {"1048576", "0", "0", "-", "2", "2"});
    EXPECT_TRUE(child && eventually(kHangDeadline, [&] { return child->out() == "ready\n"; }) && child->falls_asleep());
    return child;
  }
  Exposition scrape() { return page_of(*daemon_); }
  std::optional<double> value(const char* name, const std::string& group) { return scrape().value(name, {{"groupname", group}}); }
  double cpu(const std::string& group) { return scrape().sum({.name = kCpu, .labels = {{"groupname", group}}}); }

  UniqueNames names_;
  std::optional<DaemonProcess> daemon_;
};

/// "name label,label" of every series of a group, without `groupname`.
std::set<std::string> shapes(const Exposition& page, const std::string& group) {
  std::set<std::string> found;
  for (const auto& [key, ignored] : page.series()) {
    if (key.label("groupname") != group) continue;
    std::string shape = key.name.substr(key.name.find("group_") + 6);
    for (const auto& [label, text] : key.labels) {
      if (label != "groupname") shape += (label == "wchan" || label == "threadname") ? " " + label : " " + text;
    }
    found.insert(shape);
  }
  return found;
}

TEST_F(Compat, GroupHasAllSeriesOfProcessExporterAndNoOthers) {
  const auto child = idle("a");
  ASSERT_NO_FATAL_FAILURE(start({"-procnames", names_.comm("a"), "--slow.interval=1s"}));
  const std::set<std::string> expected{"num_procs",
                                       "cpu_seconds_total user",
                                       "cpu_seconds_total system",
                                       "read_bytes_total",
                                       "write_bytes_total",
                                       "major_page_faults_total",
                                       "minor_page_faults_total",
                                       "context_switches_total voluntary",
                                       "context_switches_total nonvoluntary",
                                       "memory_bytes resident",
                                       "memory_bytes virtual",
                                       "memory_bytes swapped",
                                       "memory_bytes proportionalResident",
                                       "memory_bytes proportionalSwapped",
                                       "open_filedesc",
                                       "worst_fd_ratio",
                                       "oldest_start_time_seconds",
                                       "num_threads",
                                       "states Running",
                                       "states Sleeping",
                                       "states Waiting",
                                       "states Zombie",
                                       "states Other",
                                       "threads_wchan wchan",
                                       "thread_count threadname",
                                       "thread_cpu_seconds_total user threadname",
                                       "thread_cpu_seconds_total system threadname",
                                       "thread_io_bytes_total read threadname",
                                       "thread_io_bytes_total write threadname",
                                       "thread_major_page_faults_total threadname",
                                       "thread_minor_page_faults_total threadname",
                                       "thread_context_switches_total voluntary threadname",
                                       "thread_context_switches_total nonvoluntary threadname"};
  std::set<std::string> found;
  static_cast<void>(eventually(kHangDeadline, [&] { return (found = shapes(scrape(), names_.comm("a"))) == expected; }, 200ms));
  EXPECT_EQ(found, expected);
  const Exposition page = scrape();
  for (const char* counter : {"namedprocess_scrape_errors", "namedprocess_scrape_procread_errors", "namedprocess_scrape_partial_errors"}) {
    EXPECT_TRUE(page.value(counter)) << counter;
  }
  EXPECT_EQ(page.sum({.name = "process_exporter_build_info"}), 1);
  EXPECT_EQ(page.count({.name = kNumProcs}), 1U) << "processes that no item names are left out";
}

TEST_F(Compat, EmptyGroupStaysUnlessAskedOtherwise) {
  ASSERT_NO_FATAL_FAILURE(start({"-procnames", names_.comm("burn")}));
  ASSERT_TRUE(run("burn", "burn", {"200000"})->wait(kHangDeadline));
  // The kernel frees a task some ms after it has been reaped.
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return value(kNumProcs, names_.comm("burn")) == 0; }));
  EXPECT_GE(cpu(names_.comm("burn")), 0.19);
}

TEST_F(Compat, RemovedEmptyGroupGoesOnWhenItComesBack) {
  ASSERT_NO_FATAL_FAILURE(start({"-procnames", names_.comm("burn"), "-remove-empty-groups"}));
  EXPECT_EQ(value(kNumProcs, names_.comm("burn")), std::nullopt);
  ASSERT_TRUE(run("burn", "burn", {"200000"})->wait(kHangDeadline));
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return shapes(scrape(), names_.comm("burn")).empty(); }));
  const auto again = run("burn", "burn", {"3600000000"});
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return value(kNumProcs, names_.comm("burn")) == 1; }));
  EXPECT_GE(cpu(names_.comm("burn")), 0.19) << "process-exporter starts at 0 again, which looks like a restart";
}

TEST_F(Compat, OnceToStdoutShowsWhatHappenedMeanwhile) {
  auto once = Child::spawn(
      {.argv = {procledger_binary(), "--compat=process-exporter", "-procnames", names_.comm("burn"), "-once-to-stdout-delay=4s"},
       .cgroup_procs = {},
       .cpu = {},
       .inherit = {}});
  ASSERT_TRUE(once) << once.error().message;
  std::optional<Outcome> outcome;
  while (!outcome) {  // one process starts and exits within the delay
    ASSERT_TRUE(run("burn", "burn", {"50000"})->wait(kHangDeadline));
    outcome = once->wait(0ms);
  }
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
  EXPECT_GE(outcome->took, 4s);
  const auto page = Exposition::parse(outcome->out);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_GE(page->sum({.name = kCpu, .labels = {{"groupname", names_.comm("burn")}}}), 0.1);
  EXPECT_EQ(page->count({.name = "process_open_fds"}), 1U) << "as process-exporter has it";
}

// With the flag, process-exporter matches all processes again. procledger always reclassifies a process at its exec.
TEST_F(Compat, RecheckWithTimeLimitIsTakenAndExecsAreFollowed) {
  ASSERT_NO_FATAL_FAILURE(start({"-procnames", names_.comm("burn"), "-recheck-with-time-limit=5s"}));
  const auto child = run("other", "lives", {"exec", names_.link("burn", "burn"), "100000"});
  ASSERT_TRUE(child);
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return scrape().value(kNumProcs, {{"groupname", names_.comm("burn")}}).has_value(); }));
}

TEST_F(Compat, ChildrenFollowTheirParentsUnlessAskedOtherwise) {
  for (const bool children : {true, false}) {
    const std::string shell = names_.link("sh", "/bin/sh");
    ASSERT_NO_FATAL_FAILURE(start({"-procnames", names_.comm("sh"), std::string{"-children="} + (children ? "true" : "false")}));
    const auto parent = Child::spawn({.argv = {shell, "-c", "sleep 1000; :"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(parent) << parent.error().message;
    const double expected = children ? 2 : 1;
    EXPECT_TRUE(eventually(kHangDeadline, [&] { return value(kNumProcs, names_.comm("sh")) == expected; })) << children;
  }
}

TEST_F(Compat, NamemappingNamesGroupsByWhatIsFound) {
  ASSERT_NO_FATAL_FAILURE(start({"-namemapping", names_.comm("a") + "," + names_.comm("a") + " (\\d+) "}));
  const auto child = idle("a");
  EXPECT_EQ(value(kNumProcs, names_.comm("a") + ":1048576"), 1);
}

/// Configurations in both forms that put one process into the group `wanted`.
std::vector<std::string> both_forms(const std::string& wanted, const std::string& comm) {
  return {"process_names:\n  - {name: " + wanted + ", comm: [" + comm + "]}\n",
          "groups:\n  - {name: " + wanted + ", match: {comm: " + comm + "}}\n"};
}

TEST_F(Compat, FileNamesTheGroupsWhicheverFlagNamesTheFile) {
  const auto child = idle("a");
  const TempDir directory;
  const std::string file = directory.path() / "c.yaml";
  for (const char* flag : {"--config.file=", "-config.path="}) {
    for (const std::string& text : both_forms("wanted", names_.comm("a"))) {
      ASSERT_TRUE(write_file(file, text));
      ASSERT_NO_FATAL_FAILURE(start({flag + file}));
      EXPECT_EQ(value(kNumProcs, "wanted"), 1) << flag << " " << text;
    }
  }
}

TEST_F(Compat, ReloadTakesUpTheGroupsOfTheFile) {
  const auto child = idle("a");
  ConfiguredDaemon daemon;
  const std::string comm = names_.comm("a");
  ASSERT_TRUE(daemon.start(both_forms("before", comm)[0], {"--compat=process-exporter", "--web.enable-lifecycle"}));
  EXPECT_EQ(page_of(daemon.daemon()).value(kNumProcs, {{"groupname", "before"}}), 1);
  ASSERT_TRUE(daemon.write(both_forms("hung-up", comm)[1]));
  ASSERT_TRUE(daemon.hang_up());
  EXPECT_EQ(page_of(daemon.daemon()).value(kNumProcs, {{"groupname", "hung-up"}}), 1) << "the other form";
  const auto posted = daemon.reload(both_forms("posted", comm)[0]);
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(page_of(daemon.daemon()).value(kNumProcs, {{"groupname", "posted"}}), 1);
  ASSERT_EQ(daemon.events("reloaded").size(), 2U);
  EXPECT_NE(daemon.events("reloaded")[0].find(daemon.file()), std::string::npos) << daemon.events("reloaded")[0];
}

TEST_F(Compat, OnceAndCheckTakeTheFileAsTheDaemonDoes) {
  const auto child = idle("a");
  const TempDir directory;
  const std::string file = directory.path() / "c.yaml";
  const auto said = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {procledger_binary(), "--compat=process-exporter"});
    const auto outcome = run_command(std::move(flags));
    EXPECT_TRUE(outcome && outcome->exit_code() == 0) << (outcome ? outcome->err : outcome.error().message);
    return outcome ? outcome->out : std::string{};
  };
  for (const std::string& text : both_forms("wanted", names_.comm("a"))) {
    ASSERT_TRUE(write_file(file, text));
    for (const char* flag : {"--config.file=", "-config.path="}) {
      const auto page = Exposition::parse(said({"once", flag + file}));
      ASSERT_TRUE(page) << page.error().message;
      EXPECT_EQ(page->value(kNumProcs, {{"groupname", "wanted"}}), 1) << flag << " " << text;
    }
    const std::string checked = said({"check-config", "--expect", file});
    EXPECT_TRUE(checked.starts_with(file + ": good, 1 group\n")) << checked;
    EXPECT_NE(checked.find("\n  1\twanted"), std::string::npos) << checked;
  }
}

// The only label of a series is the name of the group.
TEST_F(Compat, GroupsOfTheOwnFormThatDifferInLabelsAreOne) {
  const auto one = idle("a");
  const auto other = idle("b");
  const TempDir directory;
  const std::string file = directory.path() / "c.yaml";
  ASSERT_TRUE(write_file(file, "groups:\n  - {name: both, match: {comm: " + names_.comm("a") +
                                   "}, labels: {side: left}}\n  - {name: both, match: {comm: " + names_.comm("b") +
                                   "}, labels: {side: right}}\n"));
  ASSERT_NO_FATAL_FAILURE(start({"--config.file=" + file}));
  EXPECT_EQ(value(kNumProcs, "both"), 2);
}

TEST_F(Compat, WhatCannotBeKeptIsRefused) {
  const std::vector<std::vector<std::string>> refused{{"-web.config.file=x"},
                                                      {"-procnames=a", "-config.path=x"},
                                                      {"-procnames=a", "--config.file=x"},
                                                      {"-config.path=x", "--config.file=x"},
                                                      {"--config.file=/nonexistent/c.yaml"},
                                                      {"-children=maybe"},
                                                      {"-recheck-with-time-limit=soon"},
                                                      {"-nonsense"}};
  for (std::vector<std::string> flags : refused) {
    const std::string flag = flags.front();
    flags.insert(flags.begin(), {procledger_binary(), "--compat=process-exporter"});
    const auto outcome = run_command(std::move(flags));
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->exit_code(), 1) << flag;
    EXPECT_TRUE(outcome->err.starts_with("procledger: ")) << outcome->err;
  }
}

}  // namespace
}  // namespace procledger::test
