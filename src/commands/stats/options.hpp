// SPDX-License-Identifier: Apache-2.0
// The flags of `procledger stats`.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"
#include "commands/stats/selection.hpp"

namespace procledger::commands {

/// The flags as given.
struct StatsFlags {
  std::vector<std::string> names;
  std::vector<std::string> users;
  std::vector<std::string> pids;
  std::vector<std::string> env;
  std::chrono::milliseconds interval{std::chrono::seconds{1}};
  std::string source{"auto"};
  bool keep_zero{};
  bool no_connections{};
  bool list{};
  bool json{};
  bool raw{};
};

void define(FlagTable& table, StatsFlags& flags);

struct StatsOptions {
  stats::Wanted wanted;
  std::chrono::milliseconds interval{};  ///< 0: no rates
  std::string source;                    ///< auto, bpf or proc
  bool keep_zero{};
  bool connections{};
  bool list{};
  bool json{};
  bool raw{};  ///< plain lines on a terminal, too

  friend bool operator==(const StatsOptions&, const StatsOptions&) = default;
};

/// @error  kUsage
[[nodiscard]] Result<StatsOptions> interpret(const FlagTable& table, const StatsFlags& flags, const FlagTable::Rest& rest);

}  // namespace procledger::commands
