// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// Reports what is wrong with a configuration file and, where asked for, which groups this host would have by it.
/// @error  kUsage: something is wrong; all of it was printed
[[nodiscard]] Result<void> check_config(const Options& options);

}  // namespace procledger::commands
