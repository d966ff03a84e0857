// SPDX-License-Identifier: Apache-2.0
#include "commands/report/scalars.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "base/text.hpp"

namespace procledger::report {
namespace {

/// Of one well-formed character.
std::uint32_t code_point(std::string_view character) {
  constexpr std::array<std::uint32_t, 5> kFirstBits{0, 0x7F, 0x1F, 0x0F, 0x07};
  constexpr std::uint32_t kNextBits = 0x3F;
  std::uint32_t point = static_cast<unsigned char>(character.front()) & kFirstBits[character.size()];
  for (const char c : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & kNextBits);
  return point;
}

// YAML 1.2, section 5.1, and what would be a line break.
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

}  // namespace procledger::report
