// SPDX-License-Identifier: Apache-2.0
// `procledger once`: one exposition to stdout, or to a file for node_exporter's textfile collector.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "commands/cli/command.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

struct OnceOptions : CollectOptions {
  std::chrono::milliseconds growth_time{std::chrono::seconds{1}};  ///< between the two collections; counters show what grew meanwhile
  bool growth_time_given{};
  std::string output;  ///< empty: stdout

  friend bool operator==(const OnceOptions&, const OnceOptions&) = default;
};

struct OnceFlags : CollectFlags {
  OnceOptions once;  ///< its CollectOptions come from `options`
};

void define(FlagTable& table, OnceFlags& flags);
/// @error  kUsage
[[nodiscard]] Result<OnceOptions> interpret(const FlagTable& table, OnceFlags flags, const FlagTable::Rest& rest);

/// Collects twice, with the growth time between, and writes the second page in text format.
[[nodiscard]] Result<void> once(const OnceOptions& options);

/// Puts the text into the file as a whole: readers of the name see what was there before, or all of the text.
/// @error  kIo; kUsage: the name belongs to something else than a regular file
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view text);

[[nodiscard]] Command once_command();

}  // namespace procledger::commands
