// SPDX-License-Identifier: Apache-2.0
// The way from the words of a command with flags of its own to its run.
#pragma once

#include <span>
#include <string>
#include <utility>

#include <CLI/App.hpp>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {

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

}  // namespace procledger::commands
