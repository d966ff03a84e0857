// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace procledger::commands {

/// `procledger run`: runs a command, accounts for its whole tree, and says so on stderr or in a file.
/// @param arguments  behind the word "run"
/// @return  the command's exit status as a shell has it: its code, 128 and the number of the signal that ended it, 127 if it was not
///          found, 126 if it could not be executed
/// @error  kUsage: flags that make no sense; else why it could not begin
[[nodiscard]] Result<int> run_command(std::span<const std::string> arguments);

}  // namespace procledger::commands
