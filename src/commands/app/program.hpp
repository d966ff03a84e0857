// SPDX-License-Identifier: Apache-2.0
// The program: the list of its commands, which of them runs, and exit statuses.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/command.hpp"

namespace procledger::commands {

/// All commands, in the order in which help and documents show them.
[[nodiscard]] std::vector<Command> all_commands();

/// What `procledger help` prints: one screen.
[[nodiscard]] std::string program_help();

/// The refusal of a flag that `command` lacks and other commands have; empty: no command has it.
[[nodiscard]] std::string flag_of_others(std::string_view command, const std::string& flag);

/// The whole program. Prints help and version to stdout, and one line on stderr when it fails.
/// @param arguments  without the program's name
/// @return  the exit status: 0 success, 1 bad usage, 2 cannot start, 3 internal error, 4 nothing found; of `run` the command's
[[nodiscard]] int run_program(std::span<const std::string> arguments);

}  // namespace procledger::commands
