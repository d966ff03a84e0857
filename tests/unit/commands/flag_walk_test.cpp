// SPDX-License-Identifier: Apache-2.0
// No flag is accepted and ignored: for each command, and in both modes of --compat, each flag of the program changes the options of the
// command, or is an error. FlagWalk.EveryOptionIsRead shows that a command reads all its options.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "commands/app/program.hpp"
#include "commands/check_config/check_config.hpp"
#include "commands/doctor/doctor.hpp"
#include "commands/once/once.hpp"
#include "commands/report/options.hpp"
#include "commands/run/options.hpp"
#include "commands/serve/options.hpp"
#include "commands/stats/options.hpp"
#include "support/files.hpp"

namespace procledger::commands::flag_walk {
namespace {

using Words = std::vector<std::string>;

enum class Outcome : std::uint8_t { kEffect, kError, kIgnored };

/// The result of a command line with `more` added.
template <typename Flags>
Result<Outcome> outcome_of(const Words& before, const Words& more, const Words& behind, FlagTable::Operands operands) {
  const auto joined = [&](const Words& middle) {
    Words all = before;
    all.insert(all.end(), middle.begin(), middle.end());
    all.insert(all.end(), behind.begin(), behind.end());
    return all;
  };
  const auto without = read_flags<Flags>(joined({}), operands);
  if (!without) return tl::unexpected{without.error()};
  const auto with = read_flags<Flags>(joined(more), operands);
  if (!with) return with.error().kind == ErrorKind::kUsage && !with.error().message.empty() ? Outcome::kError : Outcome::kIgnored;
  return *with == *without ? Outcome::kIgnored : Outcome::kEffect;
}

struct Walk {
  std::string command;
  Words before;  ///< required words of the command
  Words behind;
  std::function<Result<Outcome>(const Words& before, const Words& more, const Words& behind)> outcome;
};

template <typename Flags>
Walk walk(std::string command, Words before = {}, Words behind = {}, FlagTable::Operands operands = FlagTable::Operands::kMixed) {
  return {std::move(command), std::move(before), std::move(behind),
          [operands](const Words& first, const Words& more, const Words& last) { return outcome_of<Flags>(first, more, last, operands); }};
}

std::vector<Walk> walks() {
  return {walk<ServeFlags>("serve"),
          walk<OnceFlags>("once"),
          walk<RunOptions>("run", {}, {"--", "true"}, FlagTable::Operands::kAtTheEnd),
          walk<StatsFlags>("stats"),
          walk<ReportFlags>("report", {"--prometheus=http://p:9090"}),
          walk<CheckConfigFlags>("check-config", {"--expect"}, {"c.yaml"}),
          walk<DoctorOptions>("doctor")};
}

/// A value other than the default for each flag. A switch gets the opposite of its default.
const std::map<std::string, std::string>& samples() {
  static const std::map<std::string, std::string> all{{"--bearer-token-file", "f"},
                                                      {"--by", "group"},
                                                      {"--ca-file", "f"},
                                                      {"--children", "false"},
                                                      {"--collect.interval", "7s"},
                                                      {"--compat", "process-exporter"},
                                                      {"--config.file", "f"},
                                                      {"--config.path", "f"},
                                                      {"--csv", "true"},
                                                      {"--debug", "true"},
                                                      {"--env", "A=b"},
                                                      {"--exclude", "x"},
                                                      {"--expect", "true"},
                                                      {"--for", "7s"},
                                                      {"--format", "csv"},
                                                      {"--gather-smaps", "false"},
                                                      {"--interval", "7s"},
                                                      {"--json", "true"},
                                                      {"--keep-zero", "true"},
                                                      {"--kill-after", "7s"},
                                                      {"--last", "7m"},
                                                      {"--list", "true"},
                                                      {"--log.file", "f"},
                                                      {"--log.format", "json"},
                                                      {"--log.level", "warn"},
                                                      {"--man", "true"},
                                                      {"--memory.pss", "true"},
                                                      {"--name", "x"},
                                                      {"--namemapping", "a,b"},
                                                      {"--namespace", "x"},
                                                      {"--no-connections", "true"},
                                                      {"--once-to-stdout-delay", "7s"},
                                                      {"--output", "f"},
                                                      {"--path.cgroupfs", "/c"},
                                                      {"--path.podlogs", "/l"},
                                                      {"--path.procfs", "/p"},
                                                      {"--pid", "7"},
                                                      {"--print-default-config", "true"},
                                                      {"--procfs", "/p"},
                                                      {"--procnames", "a"},
                                                      {"--prometheus", "http://q:9090"},
                                                      {"--raw", "true"},
                                                      {"--recheck", "true"},
                                                      {"--recheck-with-time-limit", "7s"},
                                                      {"--remove-empty-groups", "true"},
                                                      {"--repeat", "7"},
                                                      {"--sample", "7s"},
                                                      {"--slow.interval", "7s"},
                                                      {"--sockets", "true"},
                                                      {"--sort", "name"},
                                                      {"--source", "proc"},
                                                      {"--step", "7s"},
                                                      {"--threads", "false"},
                                                      {"--threads.filter", "a"},
                                                      {"--timeout", "7s"},
                                                      {"--top", "7"},
                                                      {"--tree", "true"},
                                                      {"--user", "x"},
                                                      {"--version", "true"},
                                                      {"--wait-all", "true"},
                                                      {"--web.config.file", "f"},
                                                      {"--web.enable-lifecycle", "true"},
                                                      {"--web.listen-address", ":1"},
                                                      {"--web.telemetry-path", "/x"}};
  return all;
}

/// The flags that another flag requires.
Words companions(const std::string& command, const std::string& flag) {
  static const std::map<std::string, Words> all{{"run --kill-after", {"--timeout=9s"}}, {"serve --slow.interval", {"--sockets"}}};
  const auto found = all.find(command + " " + flag);
  return found == all.end() ? Words{} : found->second;
}

std::set<std::string> names_of(const Command& command) {
  std::set<std::string> names;
  if (command.flags == nullptr) return names;
  for (const Flag& flag : command.flags()) names.insert(flag.name);
  return names;
}

std::map<std::string, std::set<std::string>> flags_of_commands() {
  std::map<std::string, std::set<std::string>> all;
  for (const Command& command : all_commands()) all[command.page.name] = names_of(command);
  return all;
}

TEST(FlagWalk, EveryFlagAndEveryCommandIsTried) {
  std::set<std::string> walked;
  for (const Walk& each : walks()) walked.insert(each.command);
  std::set<std::string> sampled;
  for (const auto& [flag, value] : samples()) sampled.insert(flag);
  std::set<std::string> flags;
  for (const auto& [command, names] : flags_of_commands()) {
    EXPECT_EQ(walked.count(command), names.empty() ? 0U : 1U) << command;
    flags.insert(names.begin(), names.end());
  }
  EXPECT_EQ(sampled, flags);
}

TEST(FlagWalk, EveryFlagHasAnEffectOrIsAnError) {
  const auto flags = flags_of_commands();
  for (const Walk& each : walks()) {
    const bool knows_compat = flags.at(each.command).contains("--compat");
    for (const std::string mode : {"none", "process-exporter"}) {
      if (!knows_compat && mode != "none") continue;
      for (const auto& [flag, value] : samples()) {
        if (flag == "--prometheus" && each.command == "report") continue;  // a report needs a server in both cases
        Words before = each.before;
        if (mode == "none") {
          std::erase(before, flag);
          const Words needed = companions(each.command, flag);
          before.insert(before.end(), needed.begin(), needed.end());
        } else if (flag != "--compat") {
          before.push_back("--compat=" + mode);
        }
        const Words more{flag + "=" + value};
        const auto outcome = each.outcome(before, more, each.behind);
        const std::string what = each.command + " --compat=" + mode + " " + more.front();
        ASSERT_TRUE(outcome) << what << ": " << outcome.error().message;
        EXPECT_NE(*outcome, Outcome::kIgnored) << what;
        const bool own = flags.at(each.command).contains(flag);
        EXPECT_TRUE(own || *outcome == Outcome::kError) << what;
      }
    }
  }
}

TEST(FlagWalk, FlagOfAnotherCommandIsAnErrorThatNamesIt) {
  const auto flags = flags_of_commands();
  for (const auto& [command, own] : flags) {
    for (const auto& [flag, value] : samples()) {
      const std::string refusal = flag_of_others(command, flag);
      if (own.contains(flag)) continue;
      EXPECT_TRUE(refusal.starts_with(command + " has no flag " + flag + ", which belongs to ")) << refusal;
    }
  }
  EXPECT_EQ(flag_of_others("once", "--web.listen-address"), "once has no flag --web.listen-address, which belongs to serve");
  EXPECT_EQ(flag_of_others("once", "--bogus"), "");
}

TEST(FlagWalk, DefaultsAreValuesThatTheFlagTakes) {
  for (const Command& command : all_commands()) {
    if (command.flags == nullptr) continue;
    for (const Flag& flag : command.flags()) {
      const auto words = flag.choices();
      if (!words.empty() && !flag.fallback.empty()) {
        EXPECT_NE(std::ranges::find(words, flag.fallback), words.end()) << command.page.name << " " << flag.name;
      }
      EXPECT_TRUE(flag.hidden || !flag.help.empty()) << flag.name;
      EXPECT_TRUE(flag.help.empty() || flag.help.back() != '.' || flag.help.ends_with("...")) << flag.name;
      EXPECT_FALSE(flag.heading.empty()) << flag.name;
    }
  }
}

// An option that no code reads would be ignored, although the tests above see an effect.

struct Read {
  std::string header;  ///< in src/commands
  std::string type;
  Words readers;  ///< in src/commands
};

std::set<std::string> members(const std::string& text, const std::string& type) {
  std::set<std::string> names;
  const auto begin = text.find("struct " + type + " ");
  if (begin == std::string::npos) return names;
  const std::string body = text.substr(begin, text.find("\n};", begin) - begin);
  const std::regex member{R"(\n  [A-Za-z][A-Za-z0-9_:<>, ]*[ \n]+([a-z_]+)(\{[^\n]*\})?;)"};
  for (std::sregex_iterator at{body.begin(), body.end(), member}; at != std::sregex_iterator{}; ++at) names.insert((*at)[1].str());
  return names;
}

TEST(FlagWalk, EveryOptionIsRead) {
  const std::string folder = std::string{PROCLEDGER_TEST_SOURCE_DIR} + "/../src/commands/";
  const Words collecting{"serve/assembly.cpp", "serve/configuration.cpp", "serve/configuration.hpp", "serve/options.hpp",
                         "once/once.cpp",      "serve/serve.cpp",         "serve/privileges.cpp",    "app/program.cpp"};
  const std::vector<Read> all{{"serve/options.hpp", "CollectOptions", collecting},
                              {"serve/options.hpp", "ServeOptions", collecting},
                              {"serve/compat_flags.hpp", "CompatOptions", collecting},
                              {"once/once.hpp", "OnceOptions", {"once/once.cpp"}},
                              {"check_config/check_config.hpp", "CheckConfigOptions", {"check_config/check_config.cpp"}},
                              {"doctor/doctor.hpp", "DoctorOptions", {"doctor/doctor.cpp"}},
                              {"run/options.hpp", "RunOptions", {"run/run.cpp", "run/supervisor.cpp", "run/timeout.hpp"}},
                              {"stats/options.hpp", "StatsOptions", {"stats/stats.cpp"}},
                              {"report/options.hpp", "ReportOptions", {"report/report.cpp"}}};
  for (const Read& read : all) {
    std::string code;
    for (const std::string& reader : read.readers) code += test::read_file(folder + reader).value_or("");
    const auto names = members(test::read_file(folder + read.header).value_or(""), read.type);
    EXPECT_FALSE(names.empty()) << read.type;
    for (const std::string& name : names) {
      EXPECT_TRUE(std::regex_search(code, std::regex{R"((options_?|compat)(\.|->))" + name + R"(\b)"})) << read.type << "::" << name;
    }
  }
}

}  // namespace
}  // namespace procledger::commands::flag_walk
