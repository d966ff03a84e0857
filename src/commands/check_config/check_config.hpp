// SPDX-License-Identifier: Apache-2.0
// `procledger check-config`: the diagnostics of a configuration file.
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

/// Reports what is wrong with a configuration file and, where asked for, which groups this host would have by it.
/// @error  kUsage: something is wrong; all of it was printed
[[nodiscard]] Result<void> check_config(const CheckConfigOptions& options);

[[nodiscard]] Command check_config_command();

}  // namespace procledger::commands
