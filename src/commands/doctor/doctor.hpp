// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// Reports what this host, its kernel and these rights allow, what is missing for more, and what grants it.
/// @error  kUsage: the best source does not work; the reasons were printed
[[nodiscard]] Result<void> doctor(const Options& options);

}  // namespace procledger::commands
