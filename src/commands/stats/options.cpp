// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/options.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "commands/cli/flags.hpp"
#include "host/procfs/file.hpp"

namespace procledger::commands {
namespace {

// The time that two looks take is no part of what they measure as long as it is short beside what is between them.
constexpr std::chrono::milliseconds kShortestInterval{10};

/// The items of lists with commas between them, each flag given once or more.
Result<std::vector<std::string>> items(std::string_view flag, const std::vector<std::string>& lists) {
  std::vector<std::string> found;
  for (const std::string& list : lists) {
    if (list.empty() || list.back() == ',') return usage(std::string{flag} + ": " + in_quotes(list) + " has an empty item");
    std::string_view rest{list};
    while (!rest.empty()) {
      const std::string_view item = take_until(rest, ',');
      if (item.empty()) return usage(std::string{flag} + ": " + in_quotes(list) + " has an empty item");
      found.emplace_back(item);
    }
  }
  return found;
}

Result<std::vector<std::uint32_t>> numbers(const std::vector<std::string>& items) {
  std::vector<std::uint32_t> pids;
  for (const std::string& item : items) {
    const auto pid = procfs::to_number<std::uint32_t>(item);
    if (!pid || *pid == 0) return usage("--pid: " + in_quotes(item) + " is no process number");
    pids.push_back(*pid);
  }
  return pids;
}

Result<std::vector<rules::EnvCondition>> conditions(const std::vector<std::string>& texts) {
  std::vector<rules::EnvCondition> found;
  for (const std::string& text : texts) {
    auto condition = stats::parse_env_condition(text);
    if (!condition) return tl::unexpected{std::move(condition).error().within("--env")};
    found.push_back(std::move(*condition));
  }
  return found;
}

Result<stats::Wanted> wanted(const StatsFlags& flags) {
  stats::Wanted wanted;
  auto names = items("--name", flags.names);
  if (!names) return tl::unexpected{std::move(names).error()};
  wanted.names = std::move(*names);
  auto users = items("--user", flags.users);
  if (!users) return tl::unexpected{std::move(users).error()};
  wanted.users = std::move(*users);
  auto pids = items("--pid", flags.pids).and_then(numbers);
  if (!pids) return tl::unexpected{std::move(pids).error()};
  wanted.pids = std::move(*pids);
  auto env = conditions(flags.env);
  if (!env) return tl::unexpected{std::move(env).error()};
  wanted.env = std::move(*env);
  return wanted;
}

}  // namespace

void define_stats_options(CLI::App& app, StatsFlags& flags) {
  app.set_help_flag("-h,--help", "Show this text");
  const auto add_list = [&app](const char* name, std::vector<std::string>& values, const char* type, const char* text) {
    app.add_option(name, values, text)
        ->type_name(type)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add_list("--name", flags.names, "NAME,...", "Processes with one of these names (comm, at most 15 bytes); repeatable");
  add_list("--user", flags.users, "USER,...", "Processes of one of these effective users, by name or number; repeatable");
  add_list("--pid", flags.pids, "PID,...", "Processes with one of these numbers, without their children; repeatable");
  add_list("--env", flags.env, "CONDITION",
           "Processes that were started with a variable at a value (NAME=VALUE) or without it (NAME!); repeatable, all have to hold");
  app.add_option("--interval", flags.interval, "Time over which rates are taken: 500ms, 1s, 1m; 0: no rates")
      ->type_name("DURATION")
      ->capture_default_str();
  app.add_option("--source", flags.source,
                 "Who sees what is used meanwhile: bpf (every thread), proc (those that live at the end), auto (the best that works)")
      ->type_name("auto|bpf|proc")
      ->capture_default_str();
  app.add_flag("--keep-zero", flags.keep_zero, "Print important figures that are 0, too; others are left out");
  app.add_flag("--no-connections", flags.no_connections, "Do not count sockets");
  app.add_flag("--list", flags.list, "Print the numbers of the chosen processes, and nothing else");
  app.add_flag("--json", flags.json, "Print one JSON object; with --list a list");
}

Result<StatsOptions> interpret(const StatsFlags& flags) {
  auto chosen = wanted(flags);
  if (!chosen) return tl::unexpected{std::move(chosen).error()};
  auto interval = parse_duration(flags.interval);
  if (!interval) return tl::unexpected{std::move(interval).error().within("--interval")};
  if (interval->count() != 0 && *interval < kShortestInterval) return usage("--interval: at least 10ms, or 0 for no rates");
  if (flags.source != "auto" && flags.source != "bpf" && flags.source != "proc") {
    return usage("--source: " + in_quotes(flags.source) + " is none of auto, bpf, proc");
  }
  if (flags.list && (flags.keep_zero || flags.no_connections))
    return usage("--list prints no figures: --keep-zero and --no-connections make no sense");
  return StatsOptions{.wanted = std::move(*chosen),
                      .interval = *interval,
                      .source = flags.source,
                      .keep_zero = flags.keep_zero,
                      .connections = !flags.no_connections,
                      .list = flags.list,
                      .json = flags.json};
}

}  // namespace procledger::commands
