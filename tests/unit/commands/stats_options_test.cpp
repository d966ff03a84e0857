// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

using StatsWords = std::vector<std::string>;
using namespace std::chrono_literals;

Result<StatsOptions> parse_stats(const StatsWords& words) {
  return read_flags<StatsFlags>(words).map([](std::optional<StatsOptions>&& options) { return *std::move(options); });
}

std::string stats_refusal(const StatsWords& words) {
  const auto options = parse_stats(words);
  if (options) return "accepted";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  return options.error().message;
}

TEST(StatsOptions, Defaults) {
  const auto options = parse_stats({});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_TRUE(options->wanted.names.empty() && options->wanted.users.empty() && options->wanted.pids.empty() &&
              options->wanted.env.empty());
  EXPECT_EQ(options->interval, 1s);
  EXPECT_EQ(options->source, "auto");
  EXPECT_TRUE(options->connections);
  EXPECT_FALSE(options->keep_zero || options->list || options->json || options->raw);
}

TEST(StatsOptions, ListsAreSplitAndFlagsRepeat) {
  const auto options = parse_stats({"--name", "foo,bar", "-name=baz", "--user=max,sam", "--pid", "5,6", "--env", "TAG=a,b", "--env=OTHER!",
                                    "--interval=500ms", "--keep-zero", "--no-connections", "--json", "--source", "proc"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->wanted.names, (StatsWords{"foo", "bar", "baz"}));
  EXPECT_EQ(options->wanted.users, (StatsWords{"max", "sam"}));
  EXPECT_EQ(options->wanted.pids, (std::vector<std::uint32_t>{5, 6}));
  ASSERT_EQ(options->wanted.env.size(), 2U);
  EXPECT_EQ(options->wanted.env[0].text, "a,b") << "a value may hold commas";
  EXPECT_EQ(options->interval, 500ms);
  EXPECT_EQ(options->source, "proc");
  EXPECT_TRUE(options->keep_zero && options->json && !options->connections);
}

TEST(StatsOptions, RawIsForTheLinesOfATerminal) {
  EXPECT_TRUE(parse_stats({"--raw", "--keep-zero"})->raw);
  EXPECT_EQ(stats_refusal({"--json", "--raw"}), "--raw cannot be combined with --json");
  EXPECT_EQ(stats_refusal({"--raw", "--list"}), "--raw cannot be combined with --list");
}

TEST(StatsOptions, WhatMakesNoSenseIsRefused) {
  EXPECT_EQ(stats_refusal({"--name", ""}), "--name needs a value");
  EXPECT_EQ(stats_refusal({"--name", "a,,b"}), "--name: \"a,,b\" has an empty item");
  EXPECT_EQ(stats_refusal({"--user", "a,"}), "--user: \"a,\" has an empty item");
  EXPECT_EQ(stats_refusal({"--pid", "x"}), "--pid: \"x\" is not a PID, a whole number above 0");
  EXPECT_EQ(stats_refusal({"--pid", "-1"}), "--pid: \"-1\" is not a PID, a whole number above 0");
  EXPECT_EQ(stats_refusal({"--pid", "99999999999"}), "--pid: \"99999999999\" is not a PID, a whole number above 0");
  EXPECT_EQ(stats_refusal({"--env", "X"}), "--env: \"X\" is not a condition: write NAME=VALUE, or NAME! for a variable that is not set");
  EXPECT_EQ(stats_refusal({"--interval", "5ms"}), "--interval: must be at least 10ms, or 0 for no rates");
  EXPECT_NE(stats_refusal({"--interval", "soon"}), "accepted");
  EXPECT_EQ(stats_refusal({"--source", "taskstats"}), "--source: \"taskstats\" is not one of auto, bpf, proc");
  for (const char* flag : {"--keep-zero", "--no-connections", "--interval=2s", "--source=proc"}) {
    EXPECT_TRUE(stats_refusal({"--list", flag}).ends_with(" cannot be combined with --list, which prints no values")) << flag;
  }
  EXPECT_EQ(stats_refusal({"--interval=0", "--source=proc"}), "--source cannot be combined with --interval=0, which prints no rates");
  EXPECT_EQ(stats_refusal({"--nmae", "x"}), "unknown flag --nmae; did you mean --name?");
  EXPECT_EQ(stats_refusal({"--name"}), "--name needs a value");
  EXPECT_EQ(stats_refusal({"5546"}), "unexpected argument \"5546\"; see --help");
}

}  // namespace
}  // namespace procledger::commands
