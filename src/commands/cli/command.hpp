// SPDX-License-Identifier: Apache-2.0
// The description of a command: name, flags, examples, files, exit statuses. --help, the manual pages, the shell completions and
// docs/command-line.md show it. Each command's folder makes its own description; commands/app lists all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {

/// The kind of operand that follows the flags of a command. Shell completions use it.
enum class Operand : std::uint8_t { kNone, kFile, kCommand, kWord };

/// A name and its meaning: an example, a file, an environment variable or an exit status.
struct Entry {
  std::string name;
  std::string text;
};

/// The texts of a command's help and manual page.
struct CommandPage {
  std::string name;
  std::string operands;  ///< as in a synopsis: "[flags] -- COMMAND [ARGUMENTS]"
  std::string summary;   ///< a phrase without a full stop
  std::string description;
  Operand operand{};
  std::vector<Entry> examples;  ///< a command line and its effect
  std::vector<Entry> environment{};
  std::vector<Entry> files{};
  std::vector<Entry> statuses{};
};

/// One command of the program: its texts, its flags and its entry point.
struct Command {
  CommandPage page;
  /// Null: the command has no flags.
  std::vector<Flag> (*flags)(){};
  /// Reads the command line and runs the command.
  /// @param arguments  the arguments after the command's name
  /// @return  the exit status
  /// @error  kUsage: the command line is wrong; other kinds: the reason why the command cannot run
  Result<int> (*run)(const Command& command, std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere){};
};

/// The text that `procledger COMMAND --help` prints.
[[nodiscard]] std::string help_text(const Command& command);
/// One row of a help text: `name`, then `text`, wrapped in a column that begins at `column`.
[[nodiscard]] std::string help_row(const std::string& name, std::string_view text, std::size_t column);

/// Writes all of `text` to stdout and flushes.
/// @error  kIo
[[nodiscard]] Result<void> print_out(std::string_view text);
/// Prints one line, with the prefix "procledger: ", on stderr.
void print_note(const std::string& text);

/// The exit status of a command that found nothing. The command prints the reason on stderr.
inline constexpr int kFoundNothing = 4;

/// The exit statuses that all commands share, followed by the command's own.
[[nodiscard]] std::vector<Entry> exit_statuses(std::vector<Entry> own = {});

/// Checks the command line of a command without operands.
/// @error  kUsage: there is an operand
[[nodiscard]] Result<void> refuse_operands(const FlagTable::Rest& rest);

// Each command has a type `Flags`. `define(FlagTable&, Flags&)` fills the table of its flags. `interpret(const FlagTable&, Flags,
// FlagTable::Rest)` turns the given flags into options, or returns an error of kind kUsage.

/// Parses a command line.
/// @return  the options; absent: --help was given
template <typename Flags>
[[nodiscard]] auto read_flags(std::span<const std::string> arguments, FlagTable::Operands operands = FlagTable::Operands::kMixed,
                              const FlagTable::Elsewhere& elsewhere = {}) {
  using Options = typename decltype(interpret(std::declval<const FlagTable&>(), Flags{}, FlagTable::Rest{}))::value_type;
  using Read = Result<std::optional<Options>>;
  Flags flags;
  FlagTable table;
  define(table, flags);
  auto rest = table.parse(arguments, operands, elsewhere);
  if (!rest) return Read{tl::unexpected{std::move(rest).error()}};
  if (rest->help) return Read{std::optional<Options>{}};
  auto options = interpret(table, std::move(flags), std::move(*rest));
  if (!options) return Read{tl::unexpected{std::move(options).error()}};
  return Read{std::optional<Options>{std::move(*options)}};
}

/// Builds a command from its flags, its texts and its function. Prints the help itself.
/// @tparam Run  Result<int>(const Options&)
template <typename Flags, auto Run>
[[nodiscard]] Command make_command(CommandPage page) {
  return {.page = std::move(page),
          .flags =
              [] {
                Flags flags;
                FlagTable table;
                define(table, flags);
                return table.flags();
              },
          .run = [](const Command& command, std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere) -> Result<int> {
            const auto operands = command.page.operand == Operand::kCommand ? FlagTable::Operands::kAtTheEnd : FlagTable::Operands::kMixed;
            auto options = read_flags<Flags>(arguments, operands, elsewhere);
            if (!options) return tl::unexpected{std::move(options).error()};
            if (!*options) return print_out(help_text(command)).map([] { return 0; });
            return Run(**options);
          }};
}

}  // namespace procledger::commands
