// SPDX-License-Identifier: Apache-2.0
// Small: declares the entry point of one command.
#pragma once

#include "base/result.hpp"
#include "commands/cli/command.hpp"
#include "commands/run/options.hpp"

namespace procledger::commands {

/// `procledger run`: runs a command, accounts for its whole process tree, and writes a report to stderr, to stdout or to a file.
/// @return  the exit status of the command as a shell reports it: its code; 128 plus the number of the signal that ended it; 127: not
///          found; 126: not executable
/// @error  the reason why the command cannot start
[[nodiscard]] Result<int> run_tree(const RunOptions& options);

[[nodiscard]] Command run_command();

}  // namespace procledger::commands
