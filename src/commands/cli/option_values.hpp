// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>

namespace procledger::commands {

/// Gives the values of flags their words in the help, the manual and shell completions: `a|b` for a choice, FILE and DIR for paths,
/// other words in capitals for what cannot be completed. Flags that are not there are left out.
void name_values(CLI::App& app);

}  // namespace procledger::commands
