// SPDX-License-Identifier: Apache-2.0
// Rows as text. Names of groups are hostile: whatever they hold, each format stays what it is.
#pragma once

#include <cstdint>
#include <string>
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

}  // namespace procledger::report
