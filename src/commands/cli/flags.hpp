// SPDX-License-Identifier: Apache-2.0
// What commands with flags of their own share: parsing, help, and their output.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>

#include "base/result.hpp"

namespace procledger::commands {

// How flags are refused.

[[nodiscard]] inline tl::unexpected<Error> usage(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

[[nodiscard]] inline std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

/// The value of --source, where each of them will do.
[[nodiscard]] inline Result<void> check_source(std::string_view source) {
  constexpr std::array<std::string_view, 4> kSources{"auto", "bpf", "taskstats", "proc"};
  if (std::find(kSources.begin(), kSources.end(), source) != kSources.end()) return {};
  return usage("--source: " + in_quotes(source) + " is none of auto, bpf, taskstats, proc");
}

// Flags as this family of programs takes them: one dash or two, and a hint for one that there is not.

/// "-log.level=x" as "--log.level=x"; "-h" stays.
[[nodiscard]] std::string with_two_dashes(const std::string& argument);

/// That the flag is none of this table's, and which one it may have been.
[[nodiscard]] Error unknown_flag(const CLI::App& app, const std::string& argument);

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

// The way from the words of a command with flags of its own to its run.

/// Shows the help if that is what is asked for, else runs what `interpret(flags)` makes of the flags.
/// @param app  with a title and a name only
template <typename Flags, typename Options>
[[nodiscard]] Result<int> run_by_flags(CLI::App& app, std::span<const std::string> arguments, void (&define)(CLI::App&, Flags&),
                                       Result<int> (&run)(const Options&)) {
  Flags flags;
  define(app, flags);
  auto help = parse_flags(app, arguments);
  if (!help) return tl::unexpected{std::move(help).error()};
  if (const auto& text = *help) return print_out(*text).map([] { return 0; });
  return interpret(flags).and_then(run);
}

/// Gives the values of flags their words in the help, the manual and shell completions: `a|b` for a choice, FILE and DIR for paths,
/// other words in capitals for what cannot be completed. Flags that are not there are left out.
void name_values(CLI::App& app);

}  // namespace procledger::commands
