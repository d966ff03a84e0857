// SPDX-License-Identifier: Apache-2.0
#include "commands/run/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

using namespace std::chrono_literals;
using RunWords = std::vector<std::string>;

Result<std::optional<RunOptions>> read_run(const RunWords& words) { return read_flags<RunOptions>(words, FlagTable::Operands::kAtTheEnd); }

RunOptions good_run(const RunWords& words) {
  const auto options = read_run(words);
  EXPECT_TRUE(options) << options.error().message;
  return options ? options->value() : RunOptions{};
}

std::string run_refusal(const RunWords& words) {
  const auto options = read_run(words);
  EXPECT_FALSE(options);
  return options ? "" : options.error().message;
}

TEST(RunCommandLine, FlagsEndAtTheMark) {
  const RunOptions options = good_run({"--tree", "-r", "1", "--", "ls", "--json", "--", "-l"});
  EXPECT_TRUE(options.tree);
  EXPECT_FALSE(options.json);
  EXPECT_EQ(options.command, (RunWords{"ls", "--json", "--", "-l"}));
}

TEST(RunCommandLine, WithoutTheMarkTheFirstWordBeginsTheCommand) {
  const RunOptions options = good_run({"--wait-all", "ls", "--json"});
  EXPECT_TRUE(options.wait_all);
  EXPECT_FALSE(options.json);
  EXPECT_EQ(options.command, (RunWords{"ls", "--json"}));
}

TEST(RunCommandLine, AllFlags) {
  const RunOptions options = good_run({"--json", "-o", "file", "-r", "5", "--timeout=1m", "--kill-after", "2s", "--sample=500ms",
                                       "--source=proc", "--wait-all", "--", "x"});
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.output, "file");
  EXPECT_EQ(options.repeat, 5u);
  EXPECT_EQ(good_run({"-r5", "x"}).repeat, 5u);
  EXPECT_EQ(options.timeout, 60s);
  EXPECT_EQ(options.kill_after, 2s);
  EXPECT_EQ(options.sample, 500ms);
  EXPECT_EQ(options.source, "proc");
  EXPECT_EQ(good_run({"x"}).source, "auto");
  EXPECT_EQ(good_run({"x"}).repeat, 1u);
  EXPECT_EQ(good_run({"x"}).timeout, std::nullopt);
}

TEST(RunCommandLine, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(run_refusal({}), "run needs a command: procledger run [flags] -- COMMAND [ARGUMENTS]");
  EXPECT_EQ(run_refusal({"--tree", "--"}), "run needs a command: procledger run [flags] -- COMMAND [ARGUMENTS]");
  EXPECT_EQ(run_refusal({"--json", "--csv", "--", "x"}), "--json cannot be combined with --csv");
  EXPECT_EQ(run_refusal({"--tree", "--csv", "--", "x"}), "--tree cannot be combined with --csv");
  EXPECT_EQ(run_refusal({"--tree", "-r", "2", "--", "x"}), "--tree cannot be combined with --repeat");
  EXPECT_EQ(run_refusal({"--kill-after=1s", "--", "x"}), "--kill-after needs --timeout");
  EXPECT_EQ(run_refusal({"--sample=1ms", "--", "x"}), "--sample: must be at least 10ms");
  EXPECT_EQ(run_refusal({"-r", "0", "--", "x"}), "--repeat: must be a number from 1 to 100000");
  EXPECT_EQ(run_refusal({"--source=tcp", "--", "x"}), "--source: \"tcp\" is not one of auto, bpf, taskstats, proc");
  EXPECT_THAT(run_refusal({"--timeout=never", "--", "x"}), testing::StartsWith("--timeout: "));
  EXPECT_EQ(run_refusal({"--timeout=0", "--", "x"}), "--timeout: must be more than 0");
  EXPECT_EQ(run_refusal({"ls", "--", "x"}), "unexpected argument \"ls\" before --");
}

TEST(RunCommandLine, UnknownFlagGetsAHint) {
  EXPECT_EQ(run_refusal({"--wait-al", "--", "x"}), "unknown flag --wait-al; did you mean --wait-all?");
  EXPECT_EQ(run_refusal({"--smaple=1s", "ls"}), "unknown flag --smaple; did you mean --sample?");
  EXPECT_EQ(run_refusal({"--output"}), "--output needs a value");
}

TEST(RunCommandLine, HelpIsOfRunAndNotOfItsCommand) {
  EXPECT_FALSE(read_run({"--help", "ls"}).value());
  EXPECT_EQ(good_run({"ls", "--help"}).command, (RunWords{"ls", "--help"}));
  EXPECT_EQ(good_run({"--", "ls", "-h"}).command, (RunWords{"ls", "-h"}));
}

TEST(RunCommandLine, ReportGoesToStdoutForADash) { EXPECT_EQ(good_run({"-o", "-", "ls"}).output, "-"); }

}  // namespace
}  // namespace procledger::commands
