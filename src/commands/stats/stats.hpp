// SPDX-License-Identifier: Apache-2.0
// Small: declares the entry point of one command.
#pragma once

#include "commands/cli/command.hpp"

namespace procledger::commands {

/// `procledger stats`: prints sums and rates of the selected processes, once. The exit status is 4 if no process matches.
[[nodiscard]] Command stats_command();

}  // namespace procledger::commands
