// SPDX-License-Identifier: Apache-2.0
// How a stream shows text for readers: with the colors and the width of a terminal, or plain. Formats for programs never have colors.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "commands/cli/command.hpp"

namespace procledger::commands {

/// How a stream shows text. The default is that of a pipe or a file.
struct Display {
  bool terminal{};
  bool colors{};
  std::size_t width{};  ///< columns of the terminal; 0: lines may have any length

  // `text` in a style; without colors, `text` as it is.

  [[nodiscard]] std::string bold(std::string_view text) const;
  [[nodiscard]] std::string red(std::string_view text) const;
  [[nodiscard]] std::string yellow(std::string_view text) const;
};

/// The facts that decide how a stream shows text.
struct StreamFacts {
  bool terminal{};
  std::size_t window_columns{};  ///< as the terminal reports; 0: the terminal does not report its width
  std::string_view no_color{};   ///< the variable NO_COLOR; empty: not set
  std::string_view term{};       ///< the variable TERM
  std::string_view columns{};    ///< the variable COLUMNS, the width of a terminal that does not report its own
};

/// Colors need a terminal with a TERM other than "dumb", and no NO_COLOR. A terminal of unknown width has 80 columns.
[[nodiscard]] Display display_of(const StreamFacts& facts);

/// The same, for an open descriptor and the environment of this process.
[[nodiscard]] Display display_of_stream(int fd);

/// The environment variables that a command with colors reads, for its help.
[[nodiscard]] std::vector<Entry> color_variables();

}  // namespace procledger::commands
