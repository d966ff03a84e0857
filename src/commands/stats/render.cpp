// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/render.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

namespace procledger::stats {
namespace {

// A double represents every whole number below 2^53.
constexpr double kMostWhole = 9007199254740992;

bool is_whole(double value) { return std::abs(value) < kMostWhole && std::floor(value) == value; }

// No value is more precise than 1e-9; smaller digits are rounding noise of the sums.
double rounded(double value) {
  constexpr double kFinest = 1e9;
  return std::abs(value) < kMostWhole / kFinest ? std::round(value * kFinest) / kFinest : value;
}

std::string text_of(double raw) {
  const double value = rounded(raw);
  if (is_whole(value)) return std::to_string(static_cast<std::int64_t>(value));
  std::array<char, 32> room{};
  const auto [end, error] = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), end};
}

}  // namespace

std::string as_text(const Figures& figures) {
  std::string text;
  for (const auto& [key, value] : figures) text += key + " " + text_of(value) + "\n";
  return text;
}

std::string as_json(const Figures& figures) {
  auto object = nlohmann::json::object();
  for (const auto& [key, raw] : figures) {
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
