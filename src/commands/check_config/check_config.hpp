// SPDX-License-Identifier: Apache-2.0
// `procledger check-config`: prints the diagnostics of a configuration file.
#pragma once

#include "base/result.hpp"
#include "commands/cli/command.hpp"
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

/// Prints all errors and warnings of a configuration file on stdout and, with `expect`, the groups that this host would have.
/// @error  kUsage: the file has errors, which are printed; other kinds: the host cannot be read
[[nodiscard]] Result<void> check_config(const CheckConfigOptions& options);

[[nodiscard]] Command check_config_command();

}  // namespace procledger::commands
