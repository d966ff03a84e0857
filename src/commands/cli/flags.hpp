// SPDX-License-Identifier: Apache-2.0
// The table of a command's flags, and the one parser that reads a command line by it. --help, the manual, shell completions and
// docs/command-line.md show the same table. It knows no command.
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

// How a command line is refused.

[[nodiscard]] inline tl::unexpected<Error> usage(std::string message) { return fail(ErrorKind::kUsage, std::move(message)); }

[[nodiscard]] inline std::string in_quotes(std::string_view word) { return "\"" + std::string{word} + "\""; }

/// Takes the value of a flag.
/// @error  kUsage: the value makes no sense; the message need not name the flag
using TakeValue = std::function<Result<void>(const std::string& value)>;

/// One flag, as a user sees it.
struct Flag {
  std::string name;           ///< with two dashes
  std::string value;          ///< `a|b` for a choice, FILE and DIR for paths, else another word in capitals; empty: a switch
  std::string help;           ///< without a full stop
  std::string fallback{};     ///< the default; empty: none that can be written as a value
  std::string short_name{};   ///< with one dash
  std::string environment{};  ///< the variable that stands in for the flag
  bool repeatable{};          ///< each value counts
  bool last_wins{};           ///< of several values the last one counts
  bool may_be_empty{};
  bool hidden{};          ///< known to the parser, shown nowhere
  std::string heading{};  ///< set by the table

  /// The words of a choice.
  [[nodiscard]] std::vector<std::string> choices() const;
};

/// The flags of one command, each with the place that its value goes to.
class FlagTable {
 public:
  /// The flags from here on stand under this heading.
  void heading(std::string text) { heading_ = std::move(text); }
  /// The flags from here on are refused unless `holds` once all flags are read. `hint` names what they need: "--x needs <hint>".
  void need(std::string hint, std::function<bool()> holds) { needs_.push_back({std::move(hint), std::move(holds)}); }

  void add(Flag flag, TakeValue take);
  /// A switch: alone it means true; `=` and a boolean as Go reads it ("1", "t", "true", ...) is accepted.
  void add(Flag flag, bool& target);
  void add(Flag flag, std::string& target);
  void add(Flag flag, std::vector<std::string>& target);

  [[nodiscard]] bool given(std::string_view name) const;
  /// The first of these flags that was given; empty: none.
  [[nodiscard]] std::string_view first_given(std::span<const std::string_view> names) const;
  [[nodiscard]] const Flag* find(std::string_view name) const;
  /// In the order of their definition, with those that are hidden.
  [[nodiscard]] std::vector<Flag> flags() const;

  /// What the flags leave.
  struct Rest {
    std::vector<std::string> operands;
    bool marked{};  ///< there was a "--": with kAtTheEnd the operands are what follows it
    bool help{};    ///< -h or --help was given; nothing behind it was read
  };

  /// Which words are flags.
  enum class Operands : std::uint8_t {
    kMixed,    ///< all that begin with a dash
    kAtTheEnd  ///< the first word without a dash ends the flags, unless there is a "--"
  };

  using Elsewhere = std::function<std::string(const std::string& flag)>;

  /// Reads the flags, with one dash or two, the value behind `=` or as the next word, and gives their values to those who take them.
  /// @param elsewhere  the refusal of a flag that other commands have; empty: no command has the flag
  /// @error  kUsage: unknown flags, flags without their value, values that make no sense
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
  /// Reads the flag at the front.
  /// @return  how many arguments the flag and its value are
  [[nodiscard]] Result<std::size_t> read_flag(std::span<const std::string> arguments, const Elsewhere& elsewhere);
  [[nodiscard]] Result<void> read_operand(Rest& rest, const std::string& word, const std::string& before) const;
  [[nodiscard]] Result<void> check_needs() const;

  std::vector<Row> rows_;
  std::vector<Need> needs_;
  std::string heading_;
};

// Values of a flag.

/// What Go's strconv.ParseBool reads.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

/// @param min  the shortest duration
/// @param or_zero  empty: 0 is refused; else what 0 means, for the message
[[nodiscard]] TakeValue take_duration(std::chrono::milliseconds& target, std::chrono::milliseconds min, std::string_view or_zero = {});
[[nodiscard]] TakeValue take_duration(std::optional<std::chrono::milliseconds>& target, std::chrono::milliseconds min,
                                      std::string_view or_zero = {});

/// "x" is none of a, b.
[[nodiscard]] tl::unexpected<Error> not_among(const std::string& value, const std::vector<std::string_view>& words);

/// One of these words, each with its meaning.
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

/// One of these words.
[[nodiscard]] TakeValue take_word(std::string& target, std::vector<std::string_view> words);

/// `one` and `other` exclude each other.
/// @error  kUsage, if both hold
[[nodiscard]] Result<void> exclude(bool one, std::string_view this_flag, bool other, std::string_view other_flag);

}  // namespace procledger::commands
