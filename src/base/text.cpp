// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <vector>

namespace procledger {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kTailBytes = 9;  // "~" and 8 hex digits

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

void append_hex(std::string& out, std::uint32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHex[value >> shift & 0xF];
}

void append_escape(std::string& out, std::uint8_t control) {
  switch (control) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\x";
      append_hex(out, control, 2);
  }
}

/// Appends the safe form of the first character of `raw`. Returns the number of bytes consumed.
std::size_t append_safe(std::string& out, std::string_view raw) {
  const std::size_t length = character_length(raw);
  if (length == 0) {
    out += kReplacement;
    return 1;
  }
  const std::uint8_t lead = byte_at(raw, 0);
  if (length == 1 && (lead < 0x20 || lead == 0x7F)) {
    append_escape(out, lead);
  } else if (length == 2 && lead == 0xC2 && byte_at(raw, 1) < 0xA0) {
    append_escape(out, byte_at(raw, 1));  // U+0080 to U+009F are control characters for terminals, too
  } else {
    out += raw.substr(0, length);
  }
  return length;
}

/// FNV-1a, folded to 32 bits.
std::uint32_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < text.size(); ++i) hash = (hash ^ byte_at(text, i)) * 0x100000001b3;
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Levenshtein distance: number of letters to insert, delete or change.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::size_t character_length(std::string_view text) {
  const std::uint8_t lead = byte_at(text, 0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() < length) return 0;
  if (byte_at(text, 1) < low || byte_at(text, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

std::string safe_text(std::string_view raw, std::size_t max_bytes) {
  if (raw.size() <= max_bytes && plain(raw)) return std::string{raw};

  const std::size_t room = max_bytes > kTailBytes ? max_bytes - kTailBytes : 0;
  std::string out;
  std::size_t cut = 0;  // end of the last character that leaves room for the tail
  for (std::size_t at = 0; at < raw.size();) {
    at += append_safe(out, raw.substr(at));
    if (out.size() <= room) cut = out.size();
    if (out.size() > max_bytes) {
      out.resize(cut);
      out += '~';
      append_hex(out, hash_of(raw), 8);
      out.resize(std::min(out.size(), max_bytes));
      break;
    }
  }
  return out;
}

std::string valid_utf8(std::string_view raw) {
  if (std::all_of(raw.begin(), raw.end(), [](char c) { return static_cast<signed char>(c) >= 0; })) return std::string{raw};
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const std::size_t length = character_length(raw);
    out += length == 0 ? kReplacement : raw.substr(0, length);
    raw.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string join_arguments(std::string_view args) {
  std::string line{args.substr(0, args.find_last_not_of('\0') + 1)};
  std::ranges::replace(line, '\0', ' ');
  return line;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string with_decimals(double value, int decimals) {
  std::array<char, 64> room{};
  const int length = std::snprintf(room.data(), room.size(), "%.*f", decimals, value);
  std::string text(room.data(), static_cast<std::size_t>(std::clamp(length, 0, static_cast<int>(room.size()) - 1)));
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string in_bytes(double bytes) {
  constexpr std::array<const char*, 6> kUnits{" B", " KiB", " MiB", " GiB", " TiB", " PiB"};
  constexpr double kStep = 1024;
  std::size_t unit = 0;
  while (std::abs(bytes) >= kStep && unit + 1 < kUnits.size()) {
    bytes /= kStep;
    ++unit;
  }
  return with_decimals(bytes, unit == 0 ? 0 : 1) + kUnits[unit];
}

std::string in_thousands(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string in_seconds(double seconds) {
  constexpr double kShort = 1;
  return with_decimals(seconds, seconds < kShort ? 6 : 3) + " s";
}

}  // namespace procledger
