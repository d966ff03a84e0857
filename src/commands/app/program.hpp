// SPDX-License-Identifier: Apache-2.0
// The program: the list of its commands, the choice of the command that runs, and the exit status. main() calls it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {

/// All commands, in the order of help and documents.
[[nodiscard]] std::vector<Command> all_commands();

/// The text that `procledger help` prints: at most 24 lines.
[[nodiscard]] std::string program_help();

/// The error for a flag that `command` lacks and other commands have; empty: no command has the flag.
[[nodiscard]] std::string flag_of_others(std::string_view command, const std::string& flag);

/// Runs the whole program. Prints help and version on stdout, and one line on stderr after an error.
/// @param arguments  without the program's name
/// @return  the exit status: 0 success, 1 bad usage, 2 cannot start, 3 internal error, 4 nothing found; `run`
///          returns the status of its command
[[nodiscard]] int run_program(std::span<const std::string> arguments);

}  // namespace procledger::commands
