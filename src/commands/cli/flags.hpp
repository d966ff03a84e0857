// SPDX-License-Identifier: Apache-2.0
// The table of a command's flags, and the only parser of command lines. --help, the manual pages, the shell completions and
// docs/command-line.md show the same table. This file knows no command.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace procledger::commands {

// Refusal of a command line.

[[nodiscard]] inline tl::unexpected<Error> usage(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

[[nodiscard]] inline std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

/// Parses and stores the value of a flag.
/// @error  kUsage: the value is invalid; the parser adds the name of the flag to the message
using TakeValue = std::function<Result<void>(const std::string& value)>;

/// One flag of a command, as help and documents show it.
struct Flag {
  std::string name;           ///< with two dashes
  std::string value;          ///< `a|b` for a choice, FILE and DIR for paths, else another word in capitals; empty: a switch
  std::string help;           ///< without a full stop
  std::string fallback{};     ///< the default; empty: no default that a value can express
  std::string short_name{};   ///< with one dash
  std::string environment{};  ///< the environment variable that replaces a missing flag
  bool repeatable{};          ///< all values count
  bool last_wins{};           ///< the last of several values counts
  bool may_be_empty{};
  bool hidden{};          ///< accepted by the parser, but not shown in help or documents
  std::string heading{};  ///< set by the table

  /// The words of a choice; empty: the flag is no choice.
  [[nodiscard]] std::vector<std::string> choices() const;
};

/// The flags of one command, each with the target of its value. `define` of a command fills the table; `parse` reads a command line once.
class FlagTable {
 public:
  /// Puts all flags added from here on under this heading.
  void heading(std::string text) { heading_ = std::move(text); }
  /// Refuses the flags added from here on unless `holds` returns true after all flags are read. The error is "--x needs <hint>".
  void need(std::string hint, std::function<bool()> holds) { needs_.push_back({std::move(hint), std::move(holds)}); }

  void add(Flag flag, TakeValue take);
  /// Adds a switch. Without a value the switch is true; after `=` the table takes a boolean as Go reads it ("1", "t", "true", ...).
  void add(Flag flag, bool& target);
  void add(Flag flag, std::string& target);
  void add(Flag flag, std::vector<std::string>& target);

  [[nodiscard]] bool given(std::string_view name) const;
  /// The first of `names` that was given; empty: none of them.
  [[nodiscard]] std::string_view first_given(std::span<const std::string_view> names) const;
  [[nodiscard]] const Flag* find(std::string_view name) const;
  /// All flags in the order of their definition, hidden ones included.
  [[nodiscard]] std::vector<Flag> flags() const;

  /// The part of a command line that is not flags.
  struct Rest {
    std::vector<std::string> operands;
    bool marked{};  ///< there was a "--": with kAtTheEnd the operands are the words after it
    bool help{};    ///< -h or --help was given; the parser read nothing after it
  };

  /// Which words of a command line are flags.
  enum class Operands : std::uint8_t {
    kMixed,    ///< every word that begins with a dash
    kAtTheEnd  ///< the words before the first word without a dash, or before "--" if there is one
  };

  using Elsewhere = std::function<std::string(const std::string& flag)>;

  /// Reads all flags and stores their values. A flag has one dash or two; its value follows `=` or is the next word.
  /// @param elsewhere  gives the error for a flag that only other commands have; empty: no command has the flag
  /// @error  kUsage: an unknown flag, a flag without its value, an invalid value, a flag without what it needs
  [[nodiscard]] Result<Rest> parse(std::span<const std::string> arguments, Operands operands, const Elsewhere& elsewhere);

 private:
  struct Row {
    Flag flag;
    TakeValue take;
    std::size_t need{};  ///< 1 + the index in needs_; 0: nothing
    int count{};
  };
  struct Need {
    std::string hint;
    std::function<bool()> holds;
  };
  [[nodiscard]] Row* row(std::string_view name);
  [[nodiscard]] Error unknown(const std::string& name, const Elsewhere& elsewhere) const;
  [[nodiscard]] static Result<void> take(Row& row, const std::string& value);
  /// Reads the first argument, which is a flag.
  /// @return  the number of arguments that the flag and its value take
  [[nodiscard]] Result<std::size_t> read_flag(std::span<const std::string> arguments, const Elsewhere& elsewhere);
  [[nodiscard]] Result<void> read_operand(Rest& rest, const std::string& word, const std::string& before) const;
  [[nodiscard]] Result<void> check_needs() const;

  std::vector<Row> rows_;
  std::vector<Need> needs_;
  std::string heading_;
};

// Parsers of flag values.

/// Reads the words of Go's strconv.ParseBool; absent: any other word.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

/// @param min  the shortest accepted duration
/// @param or_zero  empty: 0 is refused; else the meaning of 0, for the message: "at least 10ms, or 0 <or_zero>"
[[nodiscard]] TakeValue take_duration(std::chrono::milliseconds& target, std::chrono::milliseconds min, std::string_view or_zero = {});
[[nodiscard]] TakeValue take_duration(std::optional<std::chrono::milliseconds>& target, std::chrono::milliseconds min,
                                      std::string_view or_zero = {});

/// The error `"x" is not one of a, b`.
[[nodiscard]] tl::unexpected<Error> not_among(const std::string& value, const std::vector<std::string_view>& words);

/// Accepts one of these words and stores the value beside it.
template <typename T, std::size_t N>
[[nodiscard]] TakeValue take_choice(T& target, const std::array<std::pair<std::string_view, T>, N>& words) {
  return [&target, words](const std::string& value) -> Result<void> {
    std::vector<std::string_view> known;
    for (const auto& [word, meaning] : words) {
      known.push_back(word);
      if (word != value) continue;
      target = meaning;
      return {};
    }
    return not_among(value, known);
  };
}

/// Accepts one of these words and stores it.
[[nodiscard]] TakeValue take_word(std::string& target, std::vector<std::string_view> words);

/// Refuses two flags that cannot be combined.
/// @error  kUsage: both are given
[[nodiscard]] Result<void> exclude(bool one, std::string_view this_flag, bool other, std::string_view other_flag);

}  // namespace procledger::commands
