// SPDX-License-Identifier: Apache-2.0
// The commands of the program and the flags of each, as the program itself defines them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace procledger::reference {

enum class Operands : std::uint8_t { kNone, kFile, kCommand };

struct Command {
  std::string_view name;
  std::string_view operands;  ///< as in a synopsis
  std::string_view summary;
  Operands kind{};
  /// Shows its own table of flags; null: it shares the program's.
  void (*own_flags)(const std::function<void(const CLI::App&)>&){};
};

/// A command that is new gets a line there.
[[nodiscard]] std::span<const Command> commands();

struct Flag {
  std::string name;      ///< with its dashes
  std::string shorter;   ///< with one dash; empty: none
  std::string value;     ///< FILE, DIR, a|b, or another word; empty: it takes none
  std::string fallback;  ///< the default
  std::string help;
  std::string group;  ///< under which heading; empty: the usual one
  bool repeatable{};

  /// What it may be set to, if that is a few words.
  [[nodiscard]] std::vector<std::string> choices() const;
};

/// The flags that several commands share.
[[nodiscard]] std::vector<Flag> program_flags();
/// Those of one command.
[[nodiscard]] std::vector<Flag> flags_of(const Command& command);

}  // namespace procledger::reference
