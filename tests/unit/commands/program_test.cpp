// SPDX-License-Identifier: Apache-2.0
#include "commands/app/program.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "commands/serve/serve.hpp"

namespace procledger::commands {
namespace {

using Arguments = std::vector<std::string>;

// Each run is a separate process, because the program blocks signals permanently.
[[noreturn]] void run(const Arguments& arguments) { std::exit(run_program(arguments)); }

TEST(ProgramExit, BadUsageIsOneAndSaysWhy) {
  EXPECT_EXIT(run({"--bogus"}), testing::ExitedWithCode(1), "^procledger: unknown flag --bogus; see --help\n$");
  EXPECT_EXIT(run({"--web.listen-address=nowhere"}), testing::ExitedWithCode(1), "^procledger: [^\n]*\"nowhere\"[^\n]*\n$");
}

TEST(ProgramExit, NotBeingAbleToStartIsTwoAndSaysWhy) {
  EXPECT_EXIT(run({"--log.file=/nonexistent/log"}), testing::ExitedWithCode(2),
              "^procledger: cannot open the log file /nonexistent/log: No such file or directory; .*\n$");
  EXPECT_EXIT(run({"--web.listen-address=127.0.0.1:0", "--web.listen-address=192.0.2.1:0"}), testing::ExitedWithCode(2),
              "^procledger: [^\n]*192\\.0\\.2\\.1[^\n]*\n$");
}

TEST(ProgramExit, HelpAndVersionAreNoErrors) {
  EXPECT_EXIT(run({"--help"}), testing::ExitedWithCode(0), "^$");
  EXPECT_EXIT(run({"--version"}), testing::ExitedWithCode(0), "^$");
}

TEST(ProgramExit, HelpOfACommandAndOfTheProgram) {
  for (const Arguments& arguments : {Arguments{"help"}, Arguments{"help", "once"}, Arguments{"help", "--help"}, Arguments{"once", "-h"},
                                     Arguments{"version"}, Arguments{"version", "-h"}, Arguments{"-v"}}) {
    EXPECT_EXIT(run(arguments), testing::ExitedWithCode(0), "^$") << arguments.back();
  }
  EXPECT_EXIT(run({"help", "onc"}), testing::ExitedWithCode(1), "^procledger: unknown command \"onc\"; did you mean \"once\"\\?\n$");
  EXPECT_EXIT(run({"help", "once", "run"}), testing::ExitedWithCode(1), "^procledger: help takes one command: procledger help once\n$");
  EXPECT_EXIT(run({"version", "x"}), testing::ExitedWithCode(1), "^procledger: version takes no arguments\n$");
  EXPECT_EXIT(run({"--log.level=debug", "help"}), testing::ExitedWithCode(1),
              "^procledger: help has no flag --log.level, which belongs to serve\n$");
  EXPECT_EXIT(run({"version", "--bogus"}), testing::ExitedWithCode(1), "^procledger: unknown flag --bogus; see --help\n$");
}

TEST(ProgramExit, WordsThatNameNoCommandAreRefused) {
  EXPECT_EXIT(run({"serv"}), testing::ExitedWithCode(1), "^procledger: unknown command \"serv\"; did you mean \"serve\"\\?\n$");
  EXPECT_EXIT(run({"top"}), testing::ExitedWithCode(1), "^procledger: the command \"top\" is not available in this version; see --help\n$");
  EXPECT_EXIT(run({"--log.level", "once"}), testing::ExitedWithCode(1), "^procledger: --log.level: \"once\" is not one of [^\n]*\n$");
  EXPECT_EXIT(run({"--compat=process-exporter", "-children", "true"}), testing::ExitedWithCode(1), "--children=true\n$");
}

TEST(ProgramExit, CommandMayStandBehindFlags) {
  EXPECT_EXIT(run({"--path.procfs", "/p", "doctor", "--bogus"}), testing::ExitedWithCode(1), "^procledger: unknown flag --bogus[^\n]*\n$");
  EXPECT_EXIT(run({"--log.level=debug", "once"}), testing::ExitedWithCode(1),
              "^procledger: once has no flag --log.level, which belongs to serve\n$");
}

TEST(ProgramHelp, IsOneScreenWithEveryCommand) {
  const std::string help = program_help();
  EXPECT_LE(std::ranges::count(help, '\n'), 24);
  for (const Command& command : all_commands()) EXPECT_NE(help.find("\n  " + command.page.name + " "), std::string::npos);
}

TEST(ProgramHelp, OfACommandNamesItsFlagsAndEndsWithExamples) {
  for (const Command& command : all_commands()) {
    const std::string help = help_text(command);
    const std::string& name = command.page.name;
    EXPECT_TRUE(help.starts_with("Usage: procledger " + name)) << help;
    EXPECT_FALSE(command.page.statuses.empty()) << name;
    ASSERT_FALSE(command.page.examples.empty()) << name;
    EXPECT_TRUE(help.ends_with("\n  " + command.page.examples.back().name + "\n")) << help;
    for (const Flag& flag : command.flags != nullptr ? command.flags() : std::vector<Flag>{}) {
      EXPECT_EQ(help.find(flag.name) != std::string::npos, !flag.hidden) << name << " " << flag.name;
    }
    for (const Entry& example : command.page.examples) EXPECT_TRUE(example.name.starts_with("procledger")) << example.name;
  }
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
