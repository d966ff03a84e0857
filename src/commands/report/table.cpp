// SPDX-License-Identifier: Apache-2.0
#include "commands/report/table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"

namespace procledger::report {
namespace {

constexpr std::size_t kMostOfName = 60;
constexpr double kMebi = 1024.0 * 1024.0;

struct Column {
  std::vector<std::string> cells;  ///< the heading first
  bool number{};
  std::size_t width{};
};

std::string fixed(double value, int digits) {
  std::array<char, 64> room{};
  const int length = std::snprintf(room.data(), room.size(), "%.*f", digits, value);
  return {room.data(), static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(room.size()) - 1))};
}

/// Characters, not bytes.
std::size_t width(const std::string& text) {
  constexpr unsigned char kContinuationMask = 0xC0;
  constexpr unsigned char kContinuation = 0x80;
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation; }));
}

void add_label_columns(const Page& page, std::vector<Column>& columns) {
  for (std::size_t i = 0; i < page.by.size(); ++i) {
    const bool empty = std::ranges::all_of(page.rows, [i](const Row& row) { return row.key[i].empty(); });
    if (empty) continue;
    Column column{.cells = {page.by[i]}, .number = false, .width = 0};
    for (const Row& row : page.rows) column.cells.push_back(safe_text(row.key[i], kMostOfName));
    columns.push_back(std::move(column));
  }
}

template <typename Get>
void add_column(const Page& page, std::vector<Column>& columns, const char* heading, Get get) {
  Column column{.cells = {heading}, .number = true, .width = 0};
  for (const Row& row : page.rows) column.cells.push_back(get(row));
  columns.push_back(std::move(column));
}

void add_cpu(const Page& page, std::vector<Column>& columns, const char* heading, double Spread::* figure) {
  constexpr int kDigits = 4;
  add_column(page, columns, heading, [figure](const Row& row) { return fixed(row.cpu.*figure, kDigits); });
}

void add_memory(const Page& page, std::vector<Column>& columns, const char* heading, double Spread::* figure) {
  add_column(page, columns, heading,
             [figure](const Row& row) { return row.memory ? fixed((*row.memory).*figure / kMebi, 1) : std::string{"-"}; });
}

std::string line(const std::vector<Column>& columns, std::size_t row) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = columns[i].cells[row];
    const std::string blanks(columns[i].width - width(cell), ' ');
    if (i > 0) text += "  ";
    text += columns[i].number ? blanks + cell : cell + blanks;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::string table(const Page& page) {
  std::vector<Column> columns;
  add_label_columns(page, columns);
  add_cpu(page, columns, "cpu min", &Spread::min);
  add_cpu(page, columns, "cpu avg", &Spread::avg);
  add_cpu(page, columns, "cpu max", &Spread::max);
  add_memory(page, columns, "MiB min", &Spread::min);
  add_memory(page, columns, "MiB avg", &Spread::avg);
  add_memory(page, columns, "MiB max", &Spread::max);
  for (Column& column : columns) {
    for (const std::string& cell : column.cells) column.width = std::max(column.width, width(cell));
  }
  std::string text;
  for (std::size_t row = 0; row <= page.rows.size(); ++row) text += line(columns, row);
  return text;
}

}  // namespace procledger::report
