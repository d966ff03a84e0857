// SPDX-License-Identifier: Apache-2.0
// `procledger once`: prints one page of metrics to stdout, or to a file for node_exporter's textfile collector.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "commands/cli/command.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

struct OnceOptions : CollectOptions {
  std::chrono::milliseconds growth_time{std::chrono::seconds{1}};  ///< the time between the two collections, over which counters grow
  bool growth_time_given{};                                        ///< --for or --once-to-stdout-delay is given
  std::string output;                                              ///< empty: stdout

  friend bool operator==(const OnceOptions&, const OnceOptions&) = default;
};

struct OnceFlags : CollectFlags {
  OnceOptions once;  ///< its CollectOptions come from `options`
};

void define(FlagTable& table, OnceFlags& flags);
/// @error  kUsage
[[nodiscard]] Result<OnceOptions> interpret(const FlagTable& table, OnceFlags flags, const FlagTable::Rest& rest);

/// Collects twice, `growth_time` apart, and writes the second page in text format to stdout or to `output`.
[[nodiscard]] Result<void> once(const OnceOptions& options);

/// Replaces the file atomically, by a temporary file beside it and a rename: readers see the old file or the whole text.
/// @error  kIo; kUsage: the path names something other than a regular file
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view text);

[[nodiscard]] Command once_command();

}  // namespace procledger::commands
