// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace procledger::commands {

/// `procledger report`: what groups used over a window, from a Prometheus server.
/// @param arguments  behind the word "report"
/// @return  the exit status: 0, or 4 where nothing was found
/// @error  kUsage: flags that make no sense; else why it could not be done
[[nodiscard]] Result<int> run_report(std::span<const std::string> arguments);

}  // namespace procledger::commands
