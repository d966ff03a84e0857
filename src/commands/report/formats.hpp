// SPDX-License-Identifier: Apache-2.0
// Rows as text. Names of groups are hostile: whatever they hold, each format stays what it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "commands/report/rows.hpp"

namespace procledger::report {

enum class Format : std::uint8_t { kTable, kCsv, kJson, kYaml };

struct Page {
  std::vector<std::string> by;  ///< names of the labels in each row's key
  std::vector<Row> rows;
  Window window;
};

/// The table is for people: sizes in MiB, and no column that is empty in all rows. The others have every digit.
[[nodiscard]] std::string render(const Page& page, Format format);

/// Columns for people.
[[nodiscard]] std::string table(const Page& page);

// Single values, as all formats write them.

/// In the fewest digits that read back the same.
[[nodiscard]] std::string number(double value);

/// As that, with a dot before an exponent: readers of YAML 1.1 take 1e-05 for a word.
[[nodiscard]] std::string yaml_number(double value);

/// In double quotes, with escapes for whatever YAML does not allow in there or would fold. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string yaml_text(std::string_view raw);

}  // namespace procledger::report
