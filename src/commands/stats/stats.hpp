// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "commands/cli/command.hpp"

namespace procledger::commands {

/// `procledger stats`: sums and rates over chosen processes, once. Its exit status is 4 where no process matches.
[[nodiscard]] Command stats_command();

}  // namespace procledger::commands
