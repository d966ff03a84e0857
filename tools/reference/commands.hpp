// SPDX-License-Identifier: Apache-2.0
// The commands of the program and the flags of each, as the program itself defines them.
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

/// The flags that a user sees, --help last; none for a command without a table.
[[nodiscard]] std::vector<Flag> flags_of(const Command& command);

/// The flags of the default command.
[[nodiscard]] std::vector<Flag> default_flags();

/// The help of a flag as a phrase: with what is known of its repetition and its variable.
[[nodiscard]] std::string help_of(const Flag& flag);

}  // namespace procledger::reference
