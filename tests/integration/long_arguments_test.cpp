// SPDX-License-Identifier: Apache-2.0
// Any user can start a process with long arguments and a long environment. Their cost for procledger in memory and time is bounded.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/host.hpp"
#include "support/load.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxMoreBytes = 64 * kMiB;
constexpr const char* kHuge = "1572864000";  // 1,500 MiB

/// The peak memory of a process.
std::uint64_t peak_bytes(pid_t pid) {
  for (const std::string& line : words(read_file("/proc/" + std::to_string(pid) + "/status").value_or(""), "\n")) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  ADD_FAILURE() << "no VmHWM";
  return 0;
}

class LongArguments : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  void hold(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), names_.link("long", "long_args"));
    auto child = Child::spawn({.argv = std::move(arguments), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(child) << child.error().message;
    holders_.push_back(std::move(*child));
    ASSERT_TRUE(eventually(30s, [&] { return holders_.back().out() == "ready\n"; })) << holders_.back().err();
  }

  UniqueNames names_;
  std::vector<Child> holders_;
};

class LongArgumentsOfASource : public LongArguments, public testing::WithParamInterface<const char*> {
 protected:
  /// The cost of a daemon up to its first page, with a rule for arguments and a rule for the environment.
  struct Start {
    std::chrono::nanoseconds took{};  ///< without the run-queue wait
    std::uint64_t peak{};
    double found{};  ///< processes whose arguments match the rule
  };
  Start start() {
    const std::string rules = "groups:\n  - {name: long, match: {cmdline: '^\\S*" + names_.comm("long") +
                              "'}}\n  - {name: none, match: {env: {PROCLEDGER_NOBODY_HAS_THIS: x}}}\n";
    ConfiguredDaemon daemon;
    const std::uint64_t began = monotonic_ns();
    const std::chrono::nanoseconds waited_before = run_queue_wait("self");
    const auto started = daemon.start(rules, {std::string{"--source="} + GetParam()});
    EXPECT_TRUE(started) << started.error().message;
    if (!started) return {};
    const auto page = daemon.daemon().scrape();
    EXPECT_TRUE(page) << page.error().message;
    const std::chrono::nanoseconds waited = run_queue_wait("self") - waited_before + run_queue_wait(std::to_string(daemon.daemon().pid()));
    const std::chrono::nanoseconds took = std::chrono::nanoseconds{monotonic_ns() - began} - waited;
    std::cout << "ready after " << took.count() / 1000000 << " ms, and " << waited.count() / 1000000 << " ms of waiting for a CPU\n";
    const double found = page ? page->sum({.name = "procledger_group_processes", .labels = {{"group", "long"}}}) : 0;
    return {.took = took, .peak = peak_bytes(daemon.daemon().pid()), .found = found};
  }

  /// @param without  a start on the same machine without the long arguments: the cost of this machine and its processes
  static void expect_bounded(const Start& with, const Start& without) {
    const std::chrono::nanoseconds deadline = std::max<std::chrono::nanoseconds>(2s, 3 * without.took);
    EXPECT_LE(with.took, deadline) << "without them: " << without.took.count() / 1000000 << " ms";
    EXPECT_LE(with.peak, without.peak + kMaxMoreBytes) << "without them: " << without.peak / kMiB << " MiB";
  }
};

TEST_P(LongArgumentsOfASource, OneProcessOf1500MiBCostsNextToNothing) {
  const Start without = start();
  ASSERT_NO_FATAL_FAILURE(hold({kHuge}));
  const Start with = start();
  expect_bounded(with, without);
  EXPECT_EQ(with.found, 1) << "the beginning of the arguments is known";
}

TEST_P(LongArgumentsOfASource, HundredProcessesOfTheLongestOrdinaryArguments) {
  constexpr std::size_t kProcesses = 100;
  const Start without = start();
  std::vector<std::string> arguments(16, std::string(std::size_t{120} * 1024, 'a'));  // 1.9 MiB
  arguments.insert(arguments.begin(), "0");
  for (std::size_t i = 0; i < kProcesses; ++i) ASSERT_NO_FATAL_FAILURE(hold(arguments));
  const Start with = start();
  expect_bounded(with, without);
  EXPECT_EQ(with.found, kProcesses);
}

INSTANTIATE_TEST_SUITE_P(Sources, LongArgumentsOfASource, testing::Values("bpf", "taskstats", "proc"),
                         [](const auto& source) { return std::string{source.param}; });

// The peak is that of all commands so far, so that each command can only raise it.
TEST_F(LongArguments, CommandsThatReadAllProcessesStaySmall) {
  const TempDir directory;
  const std::string file = directory.path() / "c.yaml";
  ASSERT_TRUE(write_file(file, "groups:\n  - {name: a, match: {cmdline: nothing, env: {PROCLEDGER_NOBODY_HAS_THIS: x}}}\n"));
  const std::vector<std::vector<std::string>> commands{{"stats", "--list", "--env", "PROCLEDGER_NOBODY_HAS_THIS=x"},
                                                       {"check-config", "--expect", file},
                                                       {"once", "--config.file=" + file},
                                                       {"run", "--", "true"}};
  const auto peak = [&] {
    for (std::vector<std::string> argv : commands) {
      argv.insert(argv.begin(), procledger_binary());
      const auto ended = run_command(std::move(argv), 60s);
      EXPECT_TRUE(ended) << ended.error().message;
    }
    rusage usage{};
    EXPECT_EQ(::getrusage(RUSAGE_CHILDREN, &usage), 0);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  };
  const std::uint64_t without = peak();
  ASSERT_NO_FATAL_FAILURE(hold({kHuge}));
  EXPECT_LE(peak(), without + kMaxMoreBytes) << "without long arguments: " << without / kMiB << " MiB";
}

}  // namespace
}  // namespace procledger::test
