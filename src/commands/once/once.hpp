// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"

namespace procledger::commands {

/// One exposition to stdout, in text format.
[[nodiscard]] Result<void> once(const Options& options);

}  // namespace procledger::commands
