// SPDX-License-Identifier: Apache-2.0
#include "core/config/source_text.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/config/load.hpp"

namespace procledger::config {
namespace {

/// YAML 1.2, section 5.1: tab and line ends are the only control characters.
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

/// Of the first character that cannot be in a YAML file; the length of the text if all can.
std::size_t first_bad_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text.substr(at));
    if (length == 0 || is_control(text[at])) return at;
    at += length;
  }
  return text.size();
}

}  // namespace

SourceText::SourceText(std::string_view text) : text_{text}, line_starts_{0} {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') line_starts_.push_back(at + 1);
  }
}

Place SourceText::place_of(std::size_t offset) const {
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - line_starts_.begin());
  return {line, offset - line_starts_[line - 1] + 1};
}

std::string_view SourceText::rest(Place place) const {
  if (place.line == 0 || place.line > line_starts_.size()) return {};
  return text_.substr(std::min(line_starts_[place.line - 1] + place.column - 1, text_.size()));
}

std::string_view SourceText::rest_of_line(Place place) const {
  const std::string_view from_there = rest(place);
  return from_there.substr(0, from_there.find('\n'));
}

Place SourceText::within(const TreeNode& scalar, std::size_t offset) const {
  std::string_view written = rest_of_line(scalar.place);
  const bool quoted = !scalar.plain && (written.starts_with('"') || written.starts_with('\''));
  if (!quoted && !scalar.plain) return scalar.place;
  if (quoted) written.remove_prefix(1);
  // Escapes and folded lines make the text differ from what is written.
  const std::string_view before = std::string_view{scalar.text}.substr(0, offset);
  if (!written.starts_with(before)) return scalar.place;
  return {scalar.place.line, scalar.place.column + (quoted ? 1 : 0) + before.size()};
}

std::optional<Diagnostic> check_characters(std::string_view text) {
  if (text.size() > kMaxFileBytes) {
    return Diagnostic{.found = "the file is larger than " + std::to_string(kMaxFileBytes) + " bytes", .expected = "a configuration"};
  }
  const std::size_t bad = first_bad_character(text);
  if (bad == text.size()) return std::nullopt;
  const bool control = is_control(text[bad]);
  return Diagnostic{.place = SourceText{text}.place_of(bad),
                    .found = control ? "the control character " + safe_text(text.substr(bad, 1), 8) : "a byte that is not UTF-8",
                    .expected = "text in UTF-8"};
}

}  // namespace procledger::config
