// SPDX-License-Identifier: Apache-2.0
#include "exposition/escape.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace procledger::exposition {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Shape {
  std::size_t length{};
  std::uint32_t first_bits{};
  std::uint32_t smallest{};  // a smaller code point in so many bytes is overlong
};

Shape shape_of(unsigned char lead) {
  if ((lead & 0xE0) == 0xC0) return {2, lead & 0x1Fu, 0x80};
  if ((lead & 0xF0) == 0xE0) return {3, lead & 0x0Fu, 0x800};
  if ((lead & 0xF8) == 0xF0) return {4, lead & 0x07u, 0x10000};
  return {};
}

/// Bytes of the multi-byte character at the front of `text`; 0 when it is not valid UTF-8.
std::size_t multibyte_length(std::string_view text) {
  const Shape shape = shape_of(static_cast<unsigned char>(text.front()));
  if (shape.length == 0 || text.size() < shape.length) return 0;
  std::uint32_t code_point = shape.first_bits;
  for (const char byte : text.substr(1, shape.length - 1)) {
    const auto bits = static_cast<unsigned char>(byte);
    if ((bits & 0xC0) != 0x80) return 0;
    code_point = code_point << 6 | (bits & 0x3Fu);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return code_point < shape.smallest || code_point > 0x10FFFF || surrogate ? 0 : shape.length;
}

bool plain(char byte) { return static_cast<unsigned char>(byte) < 0x80 && byte != '\n' && byte != '\\' && byte != '"'; }

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  if (std::ranges::all_of(text, plain)) {  // nearly every label: several times as fast
    out += text;
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const char byte = text[at];
    if (static_cast<unsigned char>(byte) >= 0x80) {
      const std::size_t length = multibyte_length(text.substr(at));
      out += length == 0 ? kReplacement : text.substr(at, length);
      at += length == 0 ? 1 : length;
      continue;
    }
    if (byte == '\n') {
      out += "\\n";
    } else {
      if (byte == '\\' || (byte == '"' && quotes)) out += '\\';
      out += byte;
    }
    ++at;
  }
}

}  // namespace

void append_label_value(std::string& out, std::string_view text) { append_escaped(out, text, true); }

void append_help(std::string& out, std::string_view text) { append_escaped(out, text, false); }

}  // namespace procledger::exposition
