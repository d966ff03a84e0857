// SPDX-License-Identifier: Apache-2.0
#include "commands/report/formats.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace procledger::report {
namespace {

using OrderedJson = nlohmann::ordered_json;

double seconds_of(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

// RFC 4180: quotes around a field with special characters; quotes inside are doubled.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field{"\""};
  for (const char c : text) field += c == '"' ? std::string{"\"\""} : std::string{c};
  return field + "\"";
}

void add_spread(std::string& line, const Spread& spread) {
  line += "," + number(spread.min) + "," + number(spread.avg) + "," + number(spread.max);
}

std::string csv(const Page& page) {
  std::string text;
  for (const std::string& name : page.by) text += csv_field(name) + ",";
  text += "cpu_min,cpu_avg,cpu_max,memory_bytes_min,memory_bytes_avg,memory_bytes_max\n";
  for (const Row& row : page.rows) {
    std::string line;
    for (const std::string& value : row.key) line += (line.empty() && &value == &row.key.front() ? "" : ",") + csv_field(value);
    add_spread(line, row.cpu);
    if (row.memory) {
      add_spread(line, *row.memory);
    } else {
      line += ",,,";
    }
    text += line + "\n";
  }
  return text;
}

OrderedJson spread_json(const Spread& spread) { return {{"min", spread.min}, {"avg", spread.avg}, {"max", spread.max}}; }

OrderedJson rows_json(const Page& page) {
  OrderedJson rows = OrderedJson::array();
  for (const Row& row : page.rows) {
    OrderedJson labels = OrderedJson::object();
    for (std::size_t i = 0; i < page.by.size(); ++i) labels[page.by[i]] = row.key[i];
    OrderedJson entry{{"labels", std::move(labels)}, {"cpu", spread_json(row.cpu)}};
    if (row.memory) entry["memory_bytes"] = spread_json(*row.memory);
    rows.push_back(std::move(entry));
  }
  return rows;
}

std::string json(const Page& page) {
  const OrderedJson object{{"from", seconds_of(page.window.begin_ms)},
                           {"to", seconds_of(page.window.end_ms)},
                           {"step_seconds", seconds_of(page.window.step_ms)},
                           {"groups", rows_json(page)}};
  return object.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string yaml_spread(const char* name, const Spread& spread) {
  return std::string{"    "} + name + ": {min: " + yaml_number(spread.min) + ", avg: " + yaml_number(spread.avg) +
         ", max: " + yaml_number(spread.max) + "}\n";
}

std::string yaml(const Page& page) {
  const auto seconds = [](std::int64_t ms) { return yaml_number(seconds_of(ms)); };
  std::string text = "from: " + seconds(page.window.begin_ms) + "\nto: " + seconds(page.window.end_ms) +
                     "\nstep_seconds: " + seconds(page.window.step_ms) + "\ngroups:\n";
  for (const Row& row : page.rows) {
    text += "  - labels: {";
    for (std::size_t i = 0; i < page.by.size(); ++i) text += (i > 0 ? ", " : "") + yaml_text(page.by[i]) + ": " + yaml_text(row.key[i]);
    text += "}\n" + yaml_spread("cpu", row.cpu);
    if (row.memory) text += yaml_spread("memory_bytes", *row.memory);
  }
  return text;
}

constexpr std::size_t kRowsOnTerminal = 20;
constexpr std::size_t kMaxOfName = 60;
constexpr std::size_t kMinOfName = 20;  // a shortened name ends in "~" and 8 hex digits of a hash
constexpr std::size_t kStepOfName = 4;
constexpr std::string_view kGap = "  ";
constexpr double kMebi = 1024.0 * 1024.0;

struct Column {
  std::vector<std::string> cells;  ///< the heading, then one cell per row
  bool number{};
  std::size_t width{};
};

/// The width of a text on a terminal: characters, not bytes.
std::size_t width(const std::string& text) {
  constexpr unsigned char kContinuationMask = 0xC0;
  constexpr unsigned char kContinuation = 0x80;
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & kContinuationMask) != kContinuation; }));
}

void add_label_columns(const Page& page, std::size_t longest_name, std::vector<Column>& columns) {
  for (std::size_t i = 0; i < page.by.size(); ++i) {
    const bool empty = std::ranges::all_of(page.rows, [i](const Row& row) { return row.key[i].empty(); });
    if (empty) continue;
    Column column{.cells = {page.by[i]}, .number = false, .width = 0};
    for (const Row& row : page.rows) column.cells.push_back(safe_text(row.key[i], longest_name));
    columns.push_back(std::move(column));
  }
}

template <typename Get>
void add_column(const Page& page, std::vector<Column>& columns, const char* heading, Get get) {
  Column column{.cells = {heading}, .number = true, .width = 0};
  for (const Row& row : page.rows) column.cells.push_back(get(row));
  columns.push_back(std::move(column));
}

void add_cpu(const Page& page, std::vector<Column>& columns, const char* heading, double Spread::* value) {
  constexpr int kDigits = 4;
  add_column(page, columns, heading, [value](const Row& row) { return with_decimals(row.cpu.*value, kDigits); });
}

void add_memory(const Page& page, std::vector<Column>& columns, const char* heading, double Spread::* value) {
  add_column(page, columns, heading,
             [value](const Row& row) { return row.memory ? with_decimals((*row.memory).*value / kMebi, 1) : std::string{"-"}; });
}

std::vector<Column> columns_of(const Page& page, std::size_t longest_name) {
  std::vector<Column> columns;
  add_label_columns(page, longest_name, columns);
  add_cpu(page, columns, "CPUs min", &Spread::min);
  add_cpu(page, columns, "CPUs avg", &Spread::avg);
  add_cpu(page, columns, "CPUs max", &Spread::max);
  add_memory(page, columns, "MiB min", &Spread::min);
  add_memory(page, columns, "MiB avg", &Spread::avg);
  add_memory(page, columns, "MiB max", &Spread::max);
  for (Column& column : columns) {
    for (const std::string& cell : column.cells) column.width = std::max(column.width, width(cell));
  }
  return columns;
}

std::size_t line_width(const std::vector<Column>& columns) {
  std::size_t sum = 0;
  for (const Column& column : columns) sum += (sum > 0 ? kGap.size() : 0) + column.width;
  return sum;
}

/// The columns, with names cut to the largest length at which each line fits into `room` characters: 60 to 20 bytes. If no length in this
/// range fits, names keep up to 60 bytes.
/// @param room  0: lines may have any length
std::vector<Column> fitting_columns(const Page& page, std::size_t room) {
  for (std::size_t longest = kMaxOfName; room > 0 && longest >= kMinOfName; longest -= kStepOfName) {
    std::vector<Column> columns = columns_of(page, longest);
    if (line_width(columns) <= room) return columns;
  }
  return columns_of(page, kMaxOfName);
}

std::string line(const std::vector<Column>& columns, std::size_t row) {
  std::string text;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = columns[i].cells[row];
    const std::string blanks(columns[i].width - width(cell), ' ');
    if (i > 0) text += kGap;
    text += columns[i].number ? blanks + cell : cell + blanks;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// The code point of one well-formed UTF-8 character.
std::uint32_t code_point(std::string_view character) {
  constexpr std::array<std::uint32_t, 5> kFirstBits{0, 0x7F, 0x1F, 0x0F, 0x07};
  constexpr std::uint32_t kNextBits = 0x3F;
  std::uint32_t point = static_cast<unsigned char>(character.front()) & kFirstBits[character.size()];
  for (const char c : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & kNextBits);
  return point;
}

// YAML 1.2, section 5.1, and the Unicode line breaks.
bool must_escape(std::uint32_t point) {
  constexpr std::uint32_t kSpace = 0x20;
  constexpr std::uint32_t kDelete = 0x7F;
  constexpr std::uint32_t kFirstAfterControls = 0xA0;
  constexpr std::array<std::uint32_t, 5> kOthers{0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF};
  if (point < kSpace || (point >= kDelete && point < kFirstAfterControls)) return true;
  for (const std::uint32_t each : kOthers) {
    if (point == each) return true;
  }
  return false;
}

}  // namespace

std::string number(double value) {
  std::array<char, 32> room{};
  const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), end};
}

std::string yaml_number(double value) {
  std::string text = number(value);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

std::string yaml_text(std::string_view raw) {
  const std::string text = valid_utf8(raw);
  std::string_view rest{text};
  std::string result{"\""};
  while (!rest.empty()) {
    const std::string_view character = rest.substr(0, character_length(rest));
    rest.remove_prefix(character.size());
    const std::uint32_t point = code_point(character);
    if (must_escape(point)) {
      std::array<char, 8> escape{};
      const int length = std::snprintf(escape.data(), escape.size(), "\\u%04X", point);
      result.append(escape.data(), static_cast<std::size_t>(length));
    } else {
      if (character == "\"" || character == "\\") result += '\\';
      result += character;
    }
  }
  return result + "\"";
}

std::string render(const Page& page, Format format, const commands::Display& display) {
  switch (format) {
    case Format::kTable:
      return table(page, display);
    case Format::kCsv:
      return csv(page);
    case Format::kJson:
      return json(page);
    case Format::kYaml:
      return yaml(page);
  }
  return {};
}

std::string table(const Page& page, const commands::Display& display) {
  const std::vector<Column> columns = fitting_columns(page, display.width);
  std::string text = display.bold(line(columns, 0)) + "\n";
  for (std::size_t row = 1; row <= page.rows.size(); ++row) text += line(columns, row) + "\n";
  return text;
}

std::size_t rows_to_print(std::optional<std::uint32_t> top, Format format, bool terminal) {
  if (top) return *top;
  return format == Format::kTable && terminal ? kRowsOnTerminal : 0;
}

std::size_t keep_first(Page& page, std::size_t count) {
  if (count == 0 || page.rows.size() <= count) return 0;
  const std::size_t removed = page.rows.size() - count;
  page.rows.resize(count);
  return removed;
}

std::string rows_left_out(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " more row" : " more rows") + "; --top 0 prints all";
}

}  // namespace procledger::report
