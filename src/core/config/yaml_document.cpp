// SPDX-License-Identifier: Apache-2.0
#include "core/config/yaml_document.hpp"

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <string>
#include <utility>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/text.hpp"
#include "core/config/load.hpp"
#include "core/config/yaml_tree.hpp"

namespace procledger::config {
namespace {

/// YAML 1.2, section 5.1: tab and line ends are the only control characters.
bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

/// Offset of the first character that YAML forbids; the length of the text if there is none.
std::size_t first_bad_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text.substr(at));
    if (length == 0 || is_control(text[at])) return at;
    at += length;
  }
  return text.size();
}

/// A stream buffer over the text, without a copy, because the parser takes a stream.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

/// A hint for a message of the parser, which describes the grammar and not what to do next.
std::string hint_for(std::string_view message) {
  struct Hint {
    std::string_view begin;
    std::string_view hint;
  };
  static constexpr std::array kHints{
      Hint{"unknown escape character", "in double quotes a backslash begins an escape; put patterns into single quotes"},
      Hint{"illegal map value", "put text with \": \" into quotes"},
      Hint{"illegal tab", "indent with spaces"},
      Hint{"unknown token", "put text that begins with @, ` or % into quotes"},
      Hint{"end of map not found", "check the indentation"},
      Hint{"end of sequence not found", "check the indentation"},
      Hint{"illegal flow end", "the brackets do not match"},
      Hint{"end of map flow", "a \"}\" may be missing"},
      Hint{"end of sequence flow", "a \"]\" may be missing"},
      Hint{"illegal EOF in scalar", "a quote may be missing"},
      Hint{"alias not found after *", "put text that begins with * into quotes"},
      Hint{"the referenced anchor is not defined", "put text that begins with * into quotes"},
      Hint{"anchor not found after &", "put text that begins with & into quotes"},
  };
  for (const Hint& each : kHints) {
    if (message.starts_with(each.begin)) return std::string{each.hint};
  }
  return {};
}

Diagnostic syntax_error(const YAML::Exception& error, const SourceText& source) {
  const Place place = error.mark.is_null() ? Place{} : place_of(error.mark);
  // YAML does not count a tab as indentation, so a tab leads to various other errors.
  const bool tab = source.rest_of_line({place.line, 1}).starts_with('\t');
  return {
      .place = place, .found = "not valid YAML: " + safe_text(error.msg, 120), .hint = tab ? "indent with spaces" : hint_for(error.msg)};
}

/// Whether the quoted scalar at the start of `text` ends. The parser does not report a quote that is still open at the end of the file.
bool is_closed(std::string_view text) {
  while (text.starts_with('&') || text.starts_with('!')) {
    text.remove_prefix(std::min(text.find_first_of(" \n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \r\n"), text.size()));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) return true;
  const char quote = text.front();
  for (std::size_t at = 1; at < text.size(); ++at) {
    const bool escape = quote == '"' ? text[at] == '\\' : text.substr(at).starts_with("''");
    if (escape) {
      ++at;
    } else if (text[at] == quote) {
      return true;
    }
  }
  return false;
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
  // With escapes or folded lines the value differs from the text in the file.
  const std::string_view before = std::string_view{scalar.text}.substr(0, offset);
  if (!written.starts_with(before)) return scalar.place;
  return {scalar.place.line, scalar.place.column + (quoted ? 1 : 0) + before.size()};
}

std::optional<Diagnostic> check_characters(std::string_view text) {
  if (text.size() > kMaxFileBytes) {
    return Diagnostic{.found = "the file is larger than " + std::to_string(kMaxFileBytes) + " bytes", .expected = "a smaller file"};
  }
  const std::size_t bad = first_bad_character(text);
  if (bad == text.size()) return std::nullopt;
  const bool control = is_control(text[bad]);
  return Diagnostic{.place = SourceText{text}.place_of(bad),
                    .found = control ? "the control character " + safe_text(text.substr(bad, 1), 8) : "a byte that is not UTF-8",
                    .expected = "text in UTF-8"};
}

std::optional<TreeNode> parse_document(const SourceText& source, Report& report) {
  if (auto bad = check_characters(source.text())) {
    report.add(*std::move(bad));
    return std::nullopt;
  }
  ViewBuffer buffer{source.text()};
  std::istream stream{&buffer};
  TreeBuilder builder;
  try {
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
    const auto quoted = builder.last_quoted();
    if (!quoted || is_closed(source.rest(*quoted))) return builder.take_root();
    report.add({.place = *quoted, .found = "a quote that is never closed", .expected = "a closing quote"});
  } catch (TreeBuilder::Refusal& refusal) {
    report.add(std::move(refusal.diagnostic));
  } catch (const YAML::Exception& error) {
    report.add(syntax_error(error, source));
  } catch (const std::exception& error) {
    report.add({.found = std::string{"not valid YAML: "} + error.what()});
  }
  return std::nullopt;
}

}  // namespace procledger::config
