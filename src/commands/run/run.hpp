// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "base/result.hpp"
#include "commands/cli/command.hpp"
#include "commands/run/options.hpp"

namespace procledger::commands {

/// `procledger run`: runs a command, accounts for its whole tree, and reports on stderr, on stdout or in a file.
/// @return  the command's exit status as a shell has it: its code, 128 and the number of the signal that ended it, 127 if the command was
///          not found, 126 if it could not be executed
/// @error  why the command could not begin
[[nodiscard]] Result<int> run_tree(const RunOptions& options);

[[nodiscard]] Command run_command();

}  // namespace procledger::commands
