// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/options.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {
namespace {

// The readings themselves take time. Their error is small as long as the interval is much longer than one reading.
constexpr std::chrono::milliseconds kShortestInterval{10};

/// Splits the comma-separated lists of a repeatable flag into items.
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
    const auto pid = to_number<std::uint32_t>(item);
    if (!pid || *pid == 0) return usage("--pid: " + in_quotes(item) + " is not a PID, a whole number above 0");
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

void define(FlagTable& table, StatsFlags& flags) {
  table.heading("Selection");
  table.add({.name = "--name", .value = "NAME,...", .help = "Processes with one of these names (comm, at most 15 bytes)"}, flags.names);
  table.add({.name = "--user", .value = "USER,...", .help = "Processes of one of these effective users, by name or number"}, flags.users);
  table.add({.name = "--pid", .value = "PID,...", .help = "Processes with one of these PIDs, without their children"}, flags.pids);
  table.add({.name = "--env",
             .value = "CONDITION",
             .help = "Processes started with a variable set to a value (NAME=VALUE) or not set (NAME!); a process must meet all "
                     "conditions"},
            flags.env);
  table.heading("Values");
  table.add(
      {.name = "--interval", .value = "DURATION", .help = "Time over which rates are taken: 500ms, 1s, 1m; 0: no rates", .fallback = "1s"},
      take_duration(flags.interval, kShortestInterval, "for no rates"));
  table.add({.name = "--source",
             .value = "auto|bpf|proc",
             .help = "Source of the rates: bpf sees every thread, proc only threads alive at the end",
             .fallback = flags.source},
            take_word(flags.source, {"auto", "bpf", "proc"}));
  table.add({.name = "--no-connections", .value = "", .help = "Do not count sockets"}, flags.no_connections);
  table.heading("Output");
  table.add({.name = "--keep-zero",
             .value = "",
             .help = "Also print the most important values when they are 0; without the flag, values of 0 are left out"},
            flags.keep_zero);
  table.add({.name = "--list", .value = "", .help = "Print only the PIDs of the selected processes"}, flags.list);
  table.add({.name = "--json", .value = "", .help = "Print one JSON object; with --list, a JSON list"}, flags.json);
  table.add({.name = "--raw", .value = "", .help = "Print plain lines (key, space, value without unit) on a terminal, too"}, flags.raw);
}

Result<StatsOptions> interpret(const FlagTable& table, const StatsFlags& flags, const FlagTable::Rest& rest) {
  if (auto none = refuse_operands(rest); !none) return tl::unexpected{std::move(none).error()};
  auto chosen = wanted(flags);
  if (!chosen) return tl::unexpected{std::move(chosen).error()};
  constexpr std::array<std::string_view, 4> kOfValues{"--keep-zero", "--no-connections", "--interval", "--source"};
  if (const auto flag = table.first_given(kOfValues); flags.list && !flag.empty()) {
    return usage(std::string{flag} + " cannot be combined with --list, which prints no values");
  }
  auto lines =
      exclude(flags.raw, "--raw", flags.json, "--json").and_then([&] { return exclude(flags.raw, "--raw", flags.list, "--list"); });
  if (!lines) return tl::unexpected{std::move(lines).error()};
  if (flags.interval.count() == 0 && table.given("--source")) {
    return usage("--source cannot be combined with --interval=0, which prints no rates");
  }
  return StatsOptions{.wanted = std::move(*chosen),
                      .interval = flags.interval,
                      .source = flags.source,
                      .keep_zero = flags.keep_zero,
                      .connections = !flags.no_connections,
                      .list = flags.list,
                      .json = flags.json,
                      .raw = flags.raw};
}

}  // namespace procledger::commands
