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
#include "core/config/source_text.hpp"
#include "core/config/yaml_tree.hpp"

namespace procledger::config {
namespace {

/// The parser wants a stream; this one reads in place.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

/// The parser's words say what its grammar missed, not what to do.
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
  // A tab counts for nothing in YAML, which leads to all sorts of errors.
  const bool tab = source.rest_of_line({place.line, 1}).starts_with('\t');
  return {
      .place = place, .found = "not valid YAML: " + safe_text(error.msg, 120), .hint = tab ? "indent with spaces" : hint_for(error.msg)};
}

/// Whether the scalar in quotes that begins there ends. The parser does not miss a quote that the end of the file takes the place of.
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
    report.add({.place = *quoted, .found = "a quote that is never closed", .expected = "a second one"});
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
