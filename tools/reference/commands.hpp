// SPDX-License-Identifier: Apache-2.0
// The commands of the program and their flags, from the tables of the program.
#pragma once

#include <string>
#include <vector>

#include "commands/app/program.hpp"

namespace procledger::reference {

using commands::Command;
using commands::Entry;
using commands::Flag;
using commands::Operand;

/// In the order of --help.
[[nodiscard]] inline std::vector<Command> all_commands() { return commands::all_commands(); }

/// The visible flags of a command, --help last. Empty for a command without a table of flags.
[[nodiscard]] std::vector<Flag> flags_of(const Command& command);

/// The flags of the default command.
[[nodiscard]] std::vector<Flag> default_flags();

/// The help of a flag, followed by "repeatable" and its environment variable where these apply.
[[nodiscard]] std::string help_of(const Flag& flag);

}  // namespace procledger::reference
