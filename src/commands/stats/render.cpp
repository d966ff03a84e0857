// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/render.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace procledger::stats {
namespace {

// A double represents every whole number below 2^53.
constexpr double kMaxWhole = 9007199254740992;

bool is_whole(double value) { return std::abs(value) < kMaxWhole && std::floor(value) == value; }

// No value is more precise than 1e-9; smaller digits are rounding noise of the sums.
double rounded(double value) {
  constexpr double kFinest = 1e9;
  return std::abs(value) < kMaxWhole / kFinest ? std::round(value * kFinest) / kFinest : value;
}

std::string text_of(double raw) {
  const double value = rounded(raw);
  if (is_whole(value)) return std::to_string(static_cast<std::int64_t>(value));
  std::array<char, 32> room{};
  const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), end};
}

constexpr std::string_view kRateSuffix = "_per_sec";
constexpr std::string_view kColumnGap = "  ";

enum class Unit : std::uint8_t { kCount, kSeconds, kPercent, kBytes };

/// @param key  without the suffix of rates
Unit unit_of(std::string_view key) {
  if (key.ends_with(".percent")) return Unit::kPercent;
  if (key.starts_with("cpu.") || key == "fetch_time") return Unit::kSeconds;
  if (key.starts_with("memory.") || key.ends_with("_bytes")) return Unit::kBytes;
  return Unit::kCount;
}

/// A value as the table shows it.
struct Cell {
  std::string value;
  std::string unit;  ///< empty: a count
};

/// Splits "12.3 MiB" into value and unit.
Cell split_unit(const std::string& text) {
  const std::size_t gap = text.find(' ');
  return {.value = text.substr(0, gap), .unit = text.substr(gap + 1)};
}

Cell percent_cell(double value) { return {.value = with_decimals(value, 2), .unit = "%"}; }

Cell count_cell(double value) { return {.value = in_thousands(static_cast<std::uint64_t>(std::max(value, 0.0))), .unit = ""}; }

/// A value per second. Seconds per second are CPUs in use.
Cell rate_cell(std::string_view key, double value) {
  constexpr int kCpuDecimals = 4;
  const Unit unit = unit_of(key);
  if (unit == Unit::kSeconds) return {.value = with_decimals(value, kCpuDecimals), .unit = "CPUs"};
  if (unit == Unit::kCount) return {.value = with_decimals(value, 1), .unit = "/s"};
  Cell cell = unit == Unit::kBytes ? split_unit(in_bytes(value)) : percent_cell(value);
  cell.unit += "/s";
  return cell;
}

Cell cell_of(std::string_view key, double value) {
  if (key.ends_with(kRateSuffix)) return rate_cell(key.substr(0, key.size() - kRateSuffix.size()), value);
  switch (unit_of(key)) {
    case Unit::kSeconds:
      return split_unit(in_seconds(value));
    case Unit::kPercent:
      return percent_cell(value);
    case Unit::kBytes:
      return split_unit(in_bytes(value));
    case Unit::kCount:
      return count_cell(value);
  }
  return {};
}

}  // namespace

std::string as_text(const Values& values) {
  std::string text;
  for (const auto& [key, value] : values) text += key + " " + text_of(value) + "\n";
  return text;
}

std::string as_table(const Values& values) {
  std::vector<std::pair<std::string_view, Cell>> rows;
  std::size_t key_width = 0;
  std::size_t value_width = 0;
  for (const auto& [key, value] : values) {
    const auto& row = rows.emplace_back(key, cell_of(key, value));
    key_width = std::max(key_width, key.size());
    value_width = std::max(value_width, row.second.value.size());
  }
  std::string text;
  for (const auto& [key, cell] : rows) {
    text.append(key).append(key_width - key.size(), ' ').append(kColumnGap);
    text.append(value_width - cell.value.size(), ' ').append(cell.value);
    if (!cell.unit.empty()) text.append(" ").append(cell.unit);
    text += '\n';
  }
  return text;
}

std::string as_json(const Values& values) {
  auto object = nlohmann::json::object();
  for (const auto& [key, raw] : values) {
    const double value = rounded(raw);
    if (is_whole(value)) {
      object[key] = static_cast<std::int64_t>(value);
    } else {
      object[key] = value;
    }
  }
  return object.dump(2) + "\n";
}

std::string pids_as_text(const std::vector<ProcessKey>& processes) {
  std::string text;
  for (const ProcessKey& each : processes) text += std::to_string(each.pid) + "\n";
  return text;
}

std::string pids_as_json(const std::vector<ProcessKey>& processes) {
  auto list = nlohmann::json::array();
  for (const ProcessKey& each : processes) list.push_back(each.pid);
  return list.dump() + "\n";
}

}  // namespace procledger::stats
