// SPDX-License-Identifier: Apache-2.0
// The CPU time in a report of `procledger run` is the time that the kernel charged to a cgroup with the command and its descendants.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>

#include "run_case.hpp"
#include "support/cpu_cgroup.hpp"
#include "support/host.hpp"
#include "support/machine_costs.hpp"
#include "support/public_binary.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

class RunTruth : public RunCase {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    auto cgroup = CpuCgroup::create("procledger-run-" + std::to_string(::getpid()));
    ASSERT_TRUE(cgroup) << cgroup.error().message;
    cgroup_ = std::make_unique<CpuCgroup>(std::move(*cgroup));
  }

  /// The command, which enters the cgroup first.
  [[nodiscard]] Words inside(const Words& command) const {
    Words all{program("enter"), cgroup_->procs_file(), before_};
    all.insert(all.end(), command.begin(), command.end());
    return all;
  }

  /// The time of the cgroup, plus the time of the commands before they entered it.
  [[nodiscard]] double truth_seconds() const {
    std::uint64_t ns = cgroup_->usage_ns();
    std::ifstream before{before_};
    for (std::uint64_t each = 0; before >> each;) ns += each;
    return static_cast<double>(ns) / 1e9;
  }

  void expect_truth(const nlohmann::json& report) const {
    const double truth = truth_seconds();
    const double shown = report.value("cpu_seconds", 0.0);
    std::cout << "cgroup " << truth << " s, run " << shown << " s\n";
    EXPECT_NEAR(shown, truth, allowed_cpu_error(truth));
    EXPECT_NEAR(report["user_seconds"].get<double>() + report["system_seconds"].get<double>(), shown, 1e-6);
  }

  std::unique_ptr<CpuCgroup> cgroup_;
  std::string before_{directory_.path() / "before"};  ///< the time of each command before it entered
};

// The shell sees only the 0.1 s of the command: one child became a daemon, and no process waits for the children of the other child.
const std::vector<std::string> kForgotten{
    "daemon", "{", "burn",   "1000000", "}",    "fork",  "{", "exec", PROCLEDGER_TESTPROGS "/ignore_chld",
    "1",      "1", "500000", "}",       "burn", "100000"};

std::vector<std::string> forgetful() {
  std::vector<std::string> command{PROCLEDGER_TESTPROGS "/act"};
  command.insert(command.end(), kForgotten.begin(), kForgotten.end());
  return command;
}

TEST_F(RunTruth, DaemonsAndChildrenThatNobodyWaitsForAreCounted) {
  const auto said = report({"--wait-all"}, inside(forgetful()));
  expect_truth(said);
  EXPECT_GE(said["cpu_seconds"], 1.6);
  EXPECT_EQ(said["processes"], 5);
  EXPECT_EQ(said["exits_ok"], 5);
  EXPECT_EQ(said["processes_alive"], 0);
  EXPECT_EQ(program_in(said, "ignore_chld")["processes"], 2);
  EXPECT_EQ(program_in(said, "act")["processes"], 3);
  EXPECT_GE(program_in(said, "ignore_chld")["cpu_seconds"], 0.5);
}

TEST_F(RunTruth, TheShellsTimeSeesLittleOfTheSame) {
  std::string line = "TIMEFORMAT='%U %S'; time";
  for (const std::string& word : forgetful()) line += " '" + word + "'";
  const auto timed = run_command({"bash", "-c", line});
  ASSERT_TRUE(timed) << timed.error().message;
  double user = 0;
  double system = 0;
  ASSERT_EQ(std::sscanf(timed->err.c_str(), "%lf %lf", &user, &system), 2) << timed->err;
  std::cout << "time: " << user << " s user, " << system << " s system\n";
  const auto costs = machine_costs();
  ASSERT_TRUE(costs) << costs.error().message;
  EXPECT_LT(user + system, 0.2 + 30 * costs->life_seconds()) << "of 1.6 s, and the start of three programs";
}

TEST_F(RunTruth, WithoutWaitingForAllThoseWhoLiveAreCountedSoFar) {
  // The daemon ends with the cgroup.
  const auto said = report({}, inside({program("act"), "daemon", "{", "burn", "10000000", "}", "burn", "100000"}));
  EXPECT_EQ(said["processes_alive"], 1);
  EXPECT_LT(said["cpu_seconds"], 5);
  EXPECT_GE(said["cpu_seconds"], 0.1);
}

TEST_F(RunTruth, AParallelBuildIsExactAndItsCompilersAreCounted) {
  if (!run_command({"make", "--version"}) || !run_command({"gcc", "--version"})) GTEST_SKIP() << "make or gcc is not installed";
  const auto project = directory_.path() / "project";
  std::filesystem::create_directory(project);
  std::string makefile = "all: program\nprogram: ";
  constexpr int kFiles = 8;
  for (int i = 0; i < kFiles; ++i) {
    const std::string name = "part" + std::to_string(i);
    ASSERT_TRUE(write_file(project / (name + ".c"), "#include <stdio.h>\nint " + name + "(void) { return printf(\"x\"); }\n"));
    makefile += name + ".o ";
  }
  makefile += "main.o\n\tgcc -o $@ $^\n%.o: %.c\n\tgcc -O2 -c -o $@ $<\n";
  ASSERT_TRUE(write_file(project / "Makefile", makefile));
  ASSERT_TRUE(write_file(project / "main.c", "int main(void) { return 0; }\n"));
  const auto said = report({}, inside({"make", "-j4", "-C", project.string()}));
  ASSERT_EQ(said["exit_status"], 0) << last_.err;
  expect_truth(said);
  EXPECT_EQ(program_in(said, "make")["processes"], 1);
  EXPECT_EQ(program_in(said, "cc1")["processes"], kFiles + 1);
  EXPECT_EQ(program_in(said, "as")["processes"], kFiles + 1);
  EXPECT_EQ(program_in(said, "gcc")["processes"], kFiles + 2);
  EXPECT_EQ(said["exits_ok"], said["processes"]);
}

TEST_F(RunTruth, ThousandsOfShortProcessesAreEachCountedOnce) {
  constexpr int kCount = 2000;
  const auto said =
      report({}, inside({program("act"), "times", std::to_string(kCount), "{", "fork", "{", "exec", program("true"), "}", "join", "}"}));
  expect_truth(said);
  EXPECT_EQ(said["processes"], kCount + 1);
  EXPECT_EQ(program_in(said, "true")["processes"], kCount);
  EXPECT_EQ(said["lost_records"], nlohmann::json::object());
}

TEST_F(RunTruth, EachRepetitionHasItsOwnTotals) {
  const auto said = report({"-r", "3"}, inside({program("burn"), "50000"}));
  ASSERT_EQ(said["each"].size(), 3);
  double sum = 0;
  for (const auto& each : said["each"]) {
    EXPECT_EQ(each["processes"], 1);
    sum += each["cpu_seconds"].get<double>();
  }
  EXPECT_NEAR(said["cpu_seconds"].get<double>(), sum / 3, 1e-9);
  const double truth = truth_seconds();
  std::cout << "cgroup " << truth << " s, runs " << sum << " s\n";
  EXPECT_NEAR(sum, truth, 3 * allowed_cpu_error(truth / 3));
}

TEST_F(RunTruth, WithoutRightsTheKernelsSumsStandInForWhatNobodySaw) {
  const PublicBinary binary;
  const PublicBinary programs;
  const auto folder = std::filesystem::path{programs.path()}.parent_path();
  std::filesystem::copy(program("burn"), folder);
  const std::string file = folder / "report";
  ASSERT_TRUE(write_file(file, ""));
  std::filesystem::permissions(file, std::filesystem::perms{0666});
  const std::string burn = folder / "burn";
  const std::string line = "for i in 1 2 3 4 5 6 7 8 9 10; do " + burn + " 20000; done; (" + burn + " 300000 &) ; sleep 0.1";
  // The command enters the cgroup itself, which needs write access to the files of the cgroup.
  std::filesystem::permissions(cgroup_->procs_file(), std::filesystem::perms{0666});
  std::filesystem::copy(program("enter"), folder);
  before_ = folder / "before";
  ASSERT_TRUE(write_file(before_, ""));
  std::filesystem::permissions(before_, std::filesystem::perms{0666});
  const Words command{folder / "enter", cgroup_->procs_file(), before_, "sh", "-c", line};
  const auto outcome = run_words(words_of({"--wait-all", "--json", "-o", file}, command, as_nobody(), binary.path()));
  EXPECT_EQ(outcome.exit_code(), 0) << outcome.err;
  EXPECT_NE(outcome.err.find("the source is proc, which is less exact; bpf: "), std::string::npos) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  const auto said = nlohmann::json::parse(read_file(file).value_or(""), nullptr, false);
  ASSERT_TRUE(said.is_object()) << outcome.err;
  EXPECT_EQ(said["source"], "proc");
  EXPECT_EQ(said["quality"]["cpu"], "estimated");
  EXPECT_EQ(said["quality"]["processes"], "at_least");
  EXPECT_FALSE(said.contains("exits_ok"));
  EXPECT_FALSE(program_in(said, "sh").contains("execs"));
  const double truth = truth_seconds();
  std::cout << "cgroup " << truth << " s, run " << said["cpu_seconds"] << " s, estimated\n";
  EXPECT_GE(truth, 0.5);
  EXPECT_GE(said["cpu_seconds"], 0.95 * truth);
  EXPECT_LE(said["cpu_seconds"], truth + 0.04) << "two ticks of 10 ms for each of two parents";
}

// With /proc alone, the new parent identifies an orphan. This daemon waits for the second run before it leaves an orphan.
TEST_F(RunTruth, WhatADaemonOfAnEarlierRunLeavesIsNotCounted) {
  const std::string folder = directory_.path();
  const std::string burnt = folder + "/burnt";  // a fifo, so that the second run waits without other processes
  const std::string daemon =
      "until [ -e " + folder + "/second ]; do sleep 0.1; done; ((" + program("burn") + " 300000; echo > " + burnt + ") &)";
  const std::string line = "mkdir " + folder + "/first 2> /dev/null && { mkfifo " + burnt + "; setsid sh -c '" + daemon +
                           "' & exit; }; touch " + folder + "/second; " + program("burn") + " 20000; read _ < " + burnt + "; sleep 0.3";
  const auto said = report({"--source=proc", "-r", "2"}, {"sh", "-c", line});
  ASSERT_EQ(said["each"].size(), 2U);
  EXPECT_GE(said["each"][1]["cpu_seconds"], 0.02);
  EXPECT_LT(said["each"][1]["cpu_seconds"], 0.2) << "the daemon has 0.3 s";
}

// An outer run measures the memory of an inner run with many processes: the memory is bounded, also with the tree.
class LongRun : public RunTruth {};

TEST_F(LongRun, AHundredThousandProcessesFitIntoLittleMemory) {
  constexpr int kCount = 100'000;
  const std::string inner = directory_.path() / "inner.json";
  const auto said = report({}, words_of({"--tree", "--json", "-o", inner},
                                        {program("act"), "times", std::to_string(kCount), "{", "fork", "{", "}", "join", "}"}));
  const auto counted = nlohmann::json::parse(read_file(inner).value_or(""), nullptr, false);
  ASSERT_TRUE(counted.is_object()) << last_.err;
  EXPECT_EQ(counted["processes"], kCount + 1);
  EXPECT_EQ(counted["exits_ok"], kCount + 1);
  EXPECT_EQ(counted["tree"].size(), kCount);
  EXPECT_EQ(counted["tree_unlisted"], 1);
  const double truth = program_in(said, "act")["cpu_seconds"].get<double>();
  EXPECT_NEAR(counted["cpu_seconds"].get<double>(), truth, allowed_cpu_error(truth));
  constexpr double kMiB = 1 << 20;
  EXPECT_LE(program_in(said, "procledger")["peak_memory_bytes"], 300 * kMiB);
}

}  // namespace
}  // namespace procledger::test
