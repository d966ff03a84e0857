// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "commands/cli/command.hpp"

namespace procledger::commands {

/// `procledger report`: what groups used over a window, from a Prometheus server. Its exit status is 4 where no series was found.
[[nodiscard]] Command report_command();

}  // namespace procledger::commands
