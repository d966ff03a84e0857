// SPDX-License-Identifier: Apache-2.0
// Commands with flags of their own, told by the first word of the command line.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <CLI/App.hpp>

#include "base/result.hpp"

namespace procledger::daemon {

/// The exit status of a command that has looked and found nothing; it has said so on stderr.
inline constexpr int kFoundNothing = 4;

/// Runs it to its end.
/// @return  absent: the first word is none of these; else the exit status, or why it could not be done
[[nodiscard]] std::optional<Result<int>> run_subcommand(std::span<const std::string> arguments);

/// Reads a command's flags, one or two dashes, `=` or a space, into what `app` was defined with.
/// @return  what --help prints; absent: the command is to run
/// @error  kUsage: unknown flags, flags without their value, stray words
[[nodiscard]] Result<std::optional<std::string>> parse_flags(CLI::App& app, std::span<const std::string> arguments);

/// All of the text to stdout.
/// @error  kIo
[[nodiscard]] Result<void> print_out(const std::string& text);
/// A line on stderr.
void print_note(const std::string& text);

/// The commands.
[[nodiscard]] Result<int> run_stats(std::span<const std::string> arguments);
[[nodiscard]] Result<int> run_report(std::span<const std::string> arguments);

}  // namespace procledger::daemon
