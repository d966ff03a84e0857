// SPDX-License-Identifier: Apache-2.0
// A command behaves under `procledger run` as it does alone.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>

#include "run_case.hpp"
#include "support/clocks.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RunBehaviour : public RunCase {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  static int status_of(const std::string& script) { return run({}, {"sh", "-c", script}).exit_code(); }

  /// Starts a run and waits until its command is ready.
  static Child start(const Words& flags, const std::string& script) {
    auto child = Child::spawn({.argv = words_of(flags, {"sh", "-c", script}), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    EXPECT_TRUE(child) << child.error().message;
    EXPECT_TRUE(eventually(kHangDeadline, [&] { return child->out().find("ready") != std::string::npos; }));
    return std::move(*child);
  }
};

TEST_F(RunBehaviour, ExitStatusIsTheCommands) {
  EXPECT_EQ(status_of("exit 0"), 0);
  EXPECT_EQ(status_of("exit 7"), 7);
  EXPECT_EQ(status_of("kill -TERM $$"), 128 + SIGTERM);
  EXPECT_EQ(status_of("kill -SEGV $$"), 128 + SIGSEGV);
}

TEST_F(RunBehaviour, WhatCannotBeExecutedIs127Or126) {
  const auto missing = run({}, {"no-such-command-anywhere"});
  EXPECT_EQ(missing.exit_code(), 127);
  EXPECT_EQ(missing.err,
            "procledger: run: cannot execute no-such-command-anywhere: No such file or directory; "
            "no directory in PATH contains the command\n");
  const auto data = run({}, {"/etc/passwd"});
  EXPECT_EQ(data.exit_code(), 126);
  EXPECT_EQ(data.err, "procledger: run: cannot execute /etc/passwd: Permission denied\n");
  EXPECT_EQ(run({}, {directory_.path()}).exit_code(), 126);
}

TEST_F(RunBehaviour, StandardStreamsAreTheCommands) {
  const auto piped = run_command({"sh", "-c", "echo through | " + procledger_binary() + " run -- sh -c 'cat; echo aside >&2' 2>/dev/null"});
  ASSERT_TRUE(piped) << piped.error().message;
  EXPECT_EQ(piped->out, "through\n");
  const auto split = run({}, {"sh", "-c", "echo out; echo err >&2"});
  EXPECT_EQ(split.out, "out\n");
  EXPECT_THAT(split.err, testing::StartsWith("err\n"));
  EXPECT_THAT(split.err, HasSubstr("exit status 0"));
}

TEST_F(RunBehaviour, ReportGoesToTheFileAlone) {
  const std::string file = directory_.path() / "report";
  const auto outcome = run({"-o", file}, {"true"});
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(read_file(file).value_or(""), HasSubstr("true: exit status 0"));
  EXPECT_EQ(run({"-o", "/no/such/folder/file"}, {"sh", "-c", "echo ran"}).out, "") << "a bad file is reported before the command runs";
}

TEST_F(RunBehaviour, ReportGoesToStdoutForADash) {
  const auto outcome = run({"-o", "-"}, {"true"});
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("true: exit status 0"));
}

TEST_F(RunBehaviour, ClosedDescriptorsStayClosedAndStatusIsKeptWithoutReport) {
  const auto closed =
      run_command({"sh", "-c", procledger_binary() + " run -- sh -c 'ls /proc/self/fd | tr \"\\n\" \" \"; exit 3' <&- 2>&-"});
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(closed->exit_code(), 3);
  const auto alone = run_command({"sh", "-c", "sh -c 'ls /proc/self/fd | tr \"\\n\" \" \"; exit 3' <&- 2>&-"});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(closed->out, alone->out);
  for (const char* lost : {" run -- true 2>&-", " run -o - -- true >&-"}) {
    const auto outcome = run_command({"sh", "-c", procledger_binary() + lost});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->exit_code(), 2) << lost;
  }
  EXPECT_EQ(run({"-o", "/dev/full"}, {"sh", "-c", "exit 5"}).exit_code(), 5);
  EXPECT_EQ(run({"-o", "/dev/full"}, {"true"}).exit_code(), 2);
}

// The properties that a process gets from its starter: descriptors, signals, limits, parent, process group and session.
TEST_F(RunBehaviour, CommandHasTheSameSurroundings) {
  const std::string look =
      "ls /proc/self/fd | tr '\\n' ' '; grep -E '^(SigBlk|SigIgn|CapEff|CapBnd|NoNewPrivs|Seccomp)' /proc/self/status; ulimit -a; env | "
      "grep -v '^_='; nice; umask; ps -o pgid= -p $$ | tr -d ' ' | grep -c .";
  const auto alone = run_command({"sh", "-c", look});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(run({}, {"sh", "-c", look}).out, alone->out);
}

TEST_F(RunBehaviour, ParentIsTheProgramThatWasCalled) {
  auto child = Child::spawn({.argv = words_of({}, {"sh", "-c", "echo $PPID"}), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(child);
  const pid_t pid = child->pid();
  const auto outcome = child->wait(kHangDeadline);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, std::to_string(pid) + "\n");
}

TEST_F(RunBehaviour, IgnoredSignalsStayIgnored) {
  const auto outcome = run_command({"sh", "-c", "trap '' INT CHLD; exec " + procledger_binary() + " run -- grep SigIgn /proc/self/status"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 0) << outcome->err;
  const auto mask = std::stoull(outcome->out.substr(outcome->out.find('\t') + 1), nullptr, 16);
  EXPECT_EQ(mask >> (SIGINT - 1) & 1, 1u);
  EXPECT_EQ(mask >> (SIGPIPE - 1) & 1, 0u);
}

TEST_F(RunBehaviour, SignalsAreHandedOnAndTheReportComes) {
  auto child = start({}, "trap 'echo got; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
  child.send(SIGTERM);
  const auto outcome = child.wait(kHangDeadline);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code(), 5);
  EXPECT_THAT(outcome->out, HasSubstr("got"));
  EXPECT_THAT(outcome->err, HasSubstr("exit status 5"));
}

TEST_F(RunBehaviour, InterruptOfTheWholeGroupStillBringsTheReport) {
  auto child = start({}, "echo ready; sleep 30");
  ::kill(-child.pid(), SIGINT);
  const auto outcome = child.wait(kHangDeadline);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code(), 128 + SIGINT);
  EXPECT_THAT(outcome->err, HasSubstr("ended by signal 2"));
}

TEST_F(RunBehaviour, InterruptEndsTheRepetitions) {
  auto child = start({"-r", "100"}, "echo ready; sleep 30");
  ::kill(-child.pid(), SIGINT);
  const auto outcome = child.wait(kHangDeadline);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->out, "ready\n");
}

// The command would start with the blocked signal of the test, and the signal could not end it.
TEST_F(RunBehaviour, InterruptBeforeTheCommandIsStartedIsNotLost) {
  const auto outcome =
      run_command({"env", "--block-signal=INT", "sh", "-c", "kill -INT $$; exec " + procledger_binary() + " run -- echo ran"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code(), 128 + SIGINT);
  EXPECT_EQ(outcome->out, "");
  EXPECT_EQ(outcome->err, "procledger: run: signal 2 arrived before the command started\n");
}

TEST_F(RunBehaviour, RunsAreReportedAlsoWhereTheNextOneCannotBe) {
  const std::string once = directory_.path() / "once";
  ASSERT_TRUE(write_file(once, "#!/bin/sh\nrm \"$0\"\n"));
  std::filesystem::permissions(once, std::filesystem::perms{0755});
  const std::string file = directory_.path() / "report";
  const auto outcome = run({"-r", "3", "-o", file}, {once});
  EXPECT_EQ(outcome.exit_code(), 127);
  EXPECT_THAT(outcome.err, HasSubstr("No such file or directory\n"));
  EXPECT_THAT(outcome.err, HasSubstr("the report covers 1 of 3 runs\n"));
  EXPECT_THAT(read_file(file).value_or(""), HasSubstr("once: exit status 0\n"));
}

// Prints that it is ready, and the origin of each interrupt, until none comes for a second.
constexpr const char* kNoteInterrupts = R"(
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
open(sys.argv[1], "w").close()
patience = 20
with open(sys.argv[2], "w") as codes:
    while (info := signal.sigtimedwait({signal.SIGINT}, patience)) is not None:
        codes.write(f"{info.si_code} ")
        patience = 1
)";

TEST_F(RunBehaviour, TerminalInterruptReachesTheCommandOnce) {
  const std::string ready = directory_.path() / "ready";
  const std::string codes = directory_.path() / "codes";
  const std::string noter = directory_.path() / "noter";
  ASSERT_TRUE(write_file(noter, kNoteInterrupts));
  const std::string inner = procledger_binary() + " run -- python3 " + noter + " " + ready + " " + codes;
  const auto until = [](const std::string& condition) { return "for i in $(seq 1000); do " + condition + " && break; sleep 0.1; done; "; };
  const std::string press = until("[ -e " + ready + " ]") + "printf '\\003'; " + until("[ -s " + codes + " ]") + "sleep 1";
  const auto outcome = run_command({"sh", "-c", "(" + press + ") | script -qec '" + inner + "' /dev/null"}, 2 * kHangDeadline);
  ASSERT_TRUE(outcome) << outcome.error().message;
  constexpr int kFromKernel = 0x80;  // SI_KERNEL
  EXPECT_EQ(read_file(codes).value_or(""), std::to_string(kFromKernel) + " ") << outcome->out;
}

TEST_F(RunBehaviour, TimeoutTerminatesTheWholeTree) {
  const auto said = report({"--timeout", "2s", "--wait-all"}, {"sh", "-c", "setsid sleep 200 & sleep 200"});
  EXPECT_EQ(said["exit_status"], 128 + SIGTERM);
  EXPECT_EQ(said["timed_out"], true);
  EXPECT_EQ(said["killed"], false);
  EXPECT_EQ(said["exits_signal"], 3);
  EXPECT_GE(said["wall_seconds"], 2);
  EXPECT_LT(said["wall_seconds"], 100) << "run waited for the children";
}

TEST_F(RunBehaviour, WhoIgnoresTermIsKilled) {
  const auto said = report({"--timeout", "2s", "--kill-after", "200ms"},
                           {"sh", "-c", "trap '' TERM; (while :; do sleep 0.02; done) & while :; do sleep 0.02; done"});
  EXPECT_EQ(said["exit_status"], 128 + SIGKILL);
  EXPECT_EQ(said["killed"], true);
  EXPECT_EQ(said["processes_alive"], 0);
  EXPECT_GE(said["wall_seconds"], 2.2);
  EXPECT_LT(said["wall_seconds"], 30) << "the command was not killed after 200 ms";
}

TEST_F(RunBehaviour, CommandThatEndsInTimeIsLeftAlone) {
  const auto said = report({"--timeout", "20s", "--kill-after", "1s"}, {"true"});
  EXPECT_EQ(said["exit_status"], 0);
  EXPECT_EQ(said["timed_out"], false);
}

TEST_F(RunBehaviour, WaitingForAllWaitsForDaemons) {
  // The child of the command runs until the test has read the report.
  const std::string fifo = directory_.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const auto one = report({}, {"sh", "-c", "cat " + fifo + " & exit 3"});
  EXPECT_EQ(one["processes_alive"], 1);
  EXPECT_EQ(one["exit_status"], 3);
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return UniqueFd{::open(fifo.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)}.get() >= 0; }))
      << "it has exited";
  const auto all = report({"--wait-all"}, {"sh", "-c", "setsid sleep 1 & exit 3"});
  EXPECT_EQ(all["processes_alive"], 0);
  EXPECT_EQ(all["exit_status"], 3);
  EXPECT_GE(all["wall_seconds"], 1);
}

TEST_F(RunBehaviour, NothingIsLeftBehind) {
  const auto before = bpf_objects();
  ASSERT_TRUE(before) << before.error().message;
  const std::string end = directory_.path() / "end";
  auto child = start({}, "echo ready; until [ -e " + end + " ]; do sleep 0.05; done");
  const BpfObjects held = bpf_objects_of(child.pid());
  ASSERT_FALSE(held.programs.empty() || held.maps.empty()) << "the programs cannot be seen; this test would see no leftovers";
  ASSERT_TRUE(write_file(end, ""));
  const auto outcome = child.wait(kHangDeadline);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code(), 0);
  // The kernel frees programs and maps after a grace period.
  EXPECT_TRUE(eventually(kHangDeadline, [&] {
    const auto after = bpf_objects();
    return after && !after->has_any_of(held) && after->pins == before->pins;
  }));
}

}  // namespace
}  // namespace procledger::test
