// SPDX-License-Identifier: Apache-2.0
// Rows as text. Group names are untrusted: no name breaks the syntax of a format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
[[nodiscard]] std::string render(const Page& page, Format format);

/// The format kTable.
[[nodiscard]] std::string table(const Page& page);

// Single values.

/// The number in the fewest digits that read back the same.
[[nodiscard]] std::string number(double value);

/// `number` with a dot before the exponent: YAML 1.1 parsers read 1e-05 as a string.
[[nodiscard]] std::string yaml_number(double value);

/// The text in double quotes, with escapes for characters that YAML forbids or folds. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string yaml_text(std::string_view raw);

}  // namespace procledger::report
