// SPDX-License-Identifier: Apache-2.0
// Rows as text. Group names are untrusted: no name breaks the syntax of a format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/cli/terminal.hpp"
#include "commands/report/rows.hpp"

namespace procledger::report {

enum class Format : std::uint8_t { kTable, kCsv, kJson, kYaml };

/// The report: labels, rows and window.
struct Page {
  std::vector<std::string> by;  ///< the label names of each row's key
  std::vector<Row> rows;
  Window window;
};

/// Formats the page. The table has sizes in MiB and no label column that is empty in every row. The other formats have all digits.
/// @param display  of the table; the other formats are the same everywhere
[[nodiscard]] std::string render(const Page& page, Format format, const commands::Display& display = {});

/// The format kTable. Names are shortened where this makes the lines fit into the width of the display.
[[nodiscard]] std::string table(const Page& page, const commands::Display& display = {});

// The flag --top.

/// The number of rows to print; 0: all.
/// @param top  the value of --top; absent: 20 rows of a table on a terminal, else all
[[nodiscard]] std::size_t rows_to_print(std::optional<std::uint32_t> top, Format format, bool terminal);

/// Keeps the first `count` rows; 0: all.
/// @return  the number of removed rows
std::size_t keep_first(Page& page, std::size_t count);

/// The line for readers about rows that are left out: "12 more rows; --top 0 prints all".
[[nodiscard]] std::string rows_left_out(std::size_t count);

// Single values.

/// The number, with the fewest digits that a parser reads as the same value.
[[nodiscard]] std::string number(double value);

/// `number` with a dot before the exponent: YAML 1.1 parsers read 1e-05 as a string.
[[nodiscard]] std::string yaml_number(double value);

/// The text in double quotes, with escapes for characters that YAML forbids or folds. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string yaml_text(std::string_view raw);

}  // namespace procledger::report
