// SPDX-License-Identifier: Apache-2.0
// The command line of `procledger run`, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): its name
class App;
}

namespace procledger::commands {

struct RunOptions {
  std::string help;  ///< not empty: to be printed, and nothing else is to be done
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
  std::string output;          ///< empty: stderr
};

/// What was given as text.
struct RunGiven {
  RunOptions options;
  std::string timeout;
  std::string kill_after;
  std::string sample;
};

/// Tells `app`, which is for this command alone, all options.
void define_run(CLI::App& app, RunGiven& given);

/// @param arguments  behind the word "run"
/// @error  kUsage
[[nodiscard]] Result<RunOptions> parse_run_options(std::span<const std::string> arguments);

}  // namespace procledger::commands
