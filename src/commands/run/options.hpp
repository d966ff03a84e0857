// SPDX-License-Identifier: Apache-2.0
// The flags of `procledger run`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {

/// The options of a run. `command` is never empty after `interpret`.
struct RunOptions {
  std::vector<std::string> command;
  bool tree{};
  bool json{};
  bool csv{};
  bool wait_all{};
  std::uint32_t repeat{1};
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::chrono::milliseconds> kill_after;
  std::optional<std::chrono::milliseconds> sample;
  std::string source{"auto"};  ///< auto, bpf, taskstats or proc
  std::string output;          ///< the file of the report; empty: stderr; "-": stdout

  friend bool operator==(const RunOptions&, const RunOptions&) = default;
};

void define(FlagTable& table, RunOptions& options);
/// @error  kUsage
[[nodiscard]] Result<RunOptions> interpret(const FlagTable& table, RunOptions options, FlagTable::Rest rest);

}  // namespace procledger::commands
