// SPDX-License-Identifier: Apache-2.0
// The flags of `procledger stats`.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <CLI/App.hpp>

#include "base/result.hpp"
#include "commands/stats/selection.hpp"

namespace procledger::commands {

/// As text, as they were given.
struct StatsFlags {
  std::vector<std::string> names;
  std::vector<std::string> users;
  std::vector<std::string> pids;
  std::vector<std::string> env;
  std::string interval{"1s"};
  std::string source{"auto"};
  bool keep_zero{};
  bool no_connections{};
  bool list{};
  bool json{};
};

/// @param flags  outlives `app`
void define_stats_options(CLI::App& app, StatsFlags& flags);

struct StatsOptions {
  stats::Wanted wanted;
  std::chrono::milliseconds interval{};  ///< 0: no rates
  std::string source;                    ///< auto, bpf or proc
  bool keep_zero{};
  bool connections{};
  bool list{};
  bool json{};
};

/// @error  kUsage
[[nodiscard]] Result<StatsOptions> interpret(const StatsFlags& flags);

}  // namespace procledger::commands
