// SPDX-License-Identifier: Apache-2.0
// A command as the program, its help and its manual page know it: name, flags, examples, files, exit statuses. Each command's folder
// makes its own; commands/app has the list.
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

/// What follows the flags of a command, for shell completions.
enum class Operand : std::uint8_t { kNone, kFile, kCommand, kWord };

/// A name and what it stands for: an example, a file, a variable, an exit status.
struct Entry {
  std::string name;
  std::string text;
};

struct CommandPage {
  std::string name;
  std::string operands;  ///< as in a synopsis: "[flags] -- COMMAND [ARGUMENTS]"
  std::string summary;   ///< a phrase without a full stop
  std::string description;
  Operand operand{};
  std::vector<Entry> examples;  ///< a command line and what it does
  std::vector<Entry> environment{};
  std::vector<Entry> files{};
  std::vector<Entry> statuses{};
};

struct Command {
  CommandPage page;
  /// Null: the command has no flags.
  std::vector<Flag> (*flags)(){};
  /// Reads the command line and runs the command.
  /// @param arguments  behind the command's name
  /// @return  the exit status
  /// @error  kUsage: the command line makes no sense; else why the command could not run
  Result<int> (*run)(const Command& command, std::span<const std::string> arguments, const FlagTable::Elsewhere& elsewhere){};
};

/// What `procledger COMMAND --help` prints.
[[nodiscard]] std::string help_text(const Command& command);
/// `name`, then `text` wrapped beside it in a column of its own.
[[nodiscard]] std::string help_row(const std::string& name, std::string_view text, std::size_t column);

/// All of the text to stdout.
/// @error  kIo
[[nodiscard]] Result<void> print_out(std::string_view text);
/// A line on stderr.
void print_note(const std::string& text);

/// The exit status of a command that found nothing, and said so on stderr.
inline constexpr int kFoundNothing = 4;

/// The statuses that all commands have, then those of this one.
[[nodiscard]] std::vector<Entry> exit_statuses(std::vector<Entry> own = {});

/// For a command without operands.
/// @error  kUsage
[[nodiscard]] Result<void> refuse_operands(const FlagTable::Rest& rest);

// A command has a type for its flags: `define(FlagTable&, Flags&)` makes its table, `interpret(const FlagTable&, Flags, FlagTable::Rest)`
// makes options of what was given, or an error of kind kUsage.

/// @return  the options; absent: the help is asked for
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
