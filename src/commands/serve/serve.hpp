// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// The daemon, until SIGTERM or SIGINT.
/// @error  why it could not start
[[nodiscard]] Result<void> serve(const Options& options);

}  // namespace procledger::commands
