// SPDX-License-Identifier: Apache-2.0
// Small: declares the entry point of one command.
#pragma once

#include "commands/cli/command.hpp"

namespace procledger::commands {

/// `procledger report`: prints the CPU and memory of groups over a window, from a Prometheus server. The exit status is 4 if there is no
/// series to report.
[[nodiscard]] Command report_command();

}  // namespace procledger::commands
