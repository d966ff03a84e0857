// SPDX-License-Identifier: Apache-2.0
// `procledger check-config`: prints the diagnostics of a configuration file.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "commands/cli/command.hpp"
#include "commands/cli/terminal.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

struct CheckConfigOptions : CollectOptions {
  bool expect{};  ///< count the groups and series that this host would have now

  friend bool operator==(const CheckConfigOptions&, const CheckConfigOptions&) = default;
};

struct CheckConfigFlags : CollectFlags {
  bool expect{};
};

void define(FlagTable& table, CheckConfigFlags& flags);
/// @error  kUsage
[[nodiscard]] Result<CheckConfigOptions> interpret(const FlagTable& table, CheckConfigFlags flags, const FlagTable::Rest& rest);

/// Diagnostics with the word "error" red and the word "warning" yellow, as compilers color them; without colors, the same bytes.
/// @param lines  one diagnostic per line, as config::format writes them; the last line ends, too
/// @param file   as the lines name it
[[nodiscard]] std::string colored_diagnostics(std::string_view lines, std::string_view file, const Display& display);

/// Prints all errors and warnings of a configuration file on stdout and, with `expect`, the groups that this host would have.
/// @error  kUsage: the file has errors, which are printed; other kinds: the host cannot be read
[[nodiscard]] Result<void> check_config(const CheckConfigOptions& options);

[[nodiscard]] Command check_config_command();

}  // namespace procledger::commands
