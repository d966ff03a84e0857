// SPDX-License-Identifier: Apache-2.0
#include "commands/app/program.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "commands/serve/serve.hpp"

namespace procledger::commands {
namespace {

using Arguments = std::vector<std::string>;

// Each run has a process of its own: the program blocks signals for good.
[[noreturn]] void run(const Arguments& arguments) { std::exit(run_program(arguments)); }

TEST(ProgramExit, BadUsageIsOneAndSaysWhy) {
  EXPECT_EXIT(run({"--bogus"}), testing::ExitedWithCode(1), "^procledger: unknown flag --bogus; see --help\n$");
  EXPECT_EXIT(run({"--web.listen-address=nowhere"}), testing::ExitedWithCode(1), "^procledger: [^\n]*\"nowhere\"[^\n]*\n$");
}

TEST(ProgramExit, NotBeingAbleToStartIsTwoAndSaysWhy) {
  EXPECT_EXIT(run({"--log.file=/nonexistent/log"}), testing::ExitedWithCode(2),
              "^procledger: opening the log file /nonexistent/log: No such file or directory\n$");
  EXPECT_EXIT(run({"--web.listen-address=127.0.0.1:0", "--web.listen-address=192.0.2.1:0"}), testing::ExitedWithCode(2),
              "^procledger: [^\n]*192\\.0\\.2\\.1[^\n]*\n$");
}

TEST(ProgramExit, HelpAndVersionAreNoErrors) {
  EXPECT_EXIT(run({"--help"}), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(run({"--version"}), testing::ExitedWithCode(0), "^$");
}

TEST(DaemonSignals, AreTakenInsteadOfKilling) {
  const auto take = [](int signal) {
    const Signals signals;
    ::raise(SIGPIPE);  // ignored
    ::raise(signal);
    std::exit(signals.wait() == signal ? 0 : 1);
  };
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) EXPECT_EXIT(take(signal), testing::ExitedWithCode(0), "") << signal;
}

TEST(DaemonSignals, AreNotWaitedForBeyondTheirPatience) {
  const auto wait = [] { std::exit(Signals{}.wait(std::chrono::milliseconds{1}) ? 1 : 0); };
  EXPECT_EXIT(wait(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace procledger::commands
