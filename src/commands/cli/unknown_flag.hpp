// SPDX-License-Identifier: Apache-2.0
// Flags as this family of programs takes them: one dash or two, and a hint for one that there is not.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "base/result.hpp"

namespace procledger::commands {

/// "-log.level=x" as "--log.level=x"; "-h" stays.
[[nodiscard]] std::string with_two_dashes(const std::string& argument);

/// That the flag is none of this table's, and which one it may have been.
[[nodiscard]] Error unknown_flag(const CLI::App& app, const std::string& argument);

}  // namespace procledger::commands
