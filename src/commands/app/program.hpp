// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace procledger::commands {

/// The whole program. Prints help and version to stdout, and one line on stderr when it fails.
/// @param arguments  without the program's name
/// @return  the exit code: 0 well, 1 bad usage, 2 cannot start, 3 internal error, 4 nothing found
[[nodiscard]] int run_program(std::span<const std::string> arguments);

}  // namespace procledger::commands
