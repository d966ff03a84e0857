// SPDX-License-Identifier: Apache-2.0
// What commands with flags of their own share: parsing, help, and their output.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <CLI/App.hpp>

#include "base/result.hpp"

namespace procledger::commands {

/// The exit status of a command that has looked and found nothing; it has said so on stderr.
inline constexpr int kFoundNothing = 4;

/// Reads a command's flags, one or two dashes, `=` or a space, into what `app` was defined with.
/// @return  what --help prints; absent: the command is to run
/// @error  kUsage: unknown flags, flags without their value, stray words
[[nodiscard]] Result<std::optional<std::string>> parse_flags(CLI::App& app, std::span<const std::string> arguments);

/// All of the text to stdout.
/// @error  kIo
[[nodiscard]] Result<void> print_out(const std::string& text);
/// A line on stderr.
void print_note(const std::string& text);

}  // namespace procledger::commands
