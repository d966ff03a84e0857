// SPDX-License-Identifier: Apache-2.0
// From text to a tree: all of YAML that is harmless. Aliases are replaced by copies, within bounds; tags are refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/yaml_tree.hpp"

namespace procledger::config {

// The text of a file by lines, for telling the place of something within a scalar.

/// A view of the text that it is made of.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  /// Where the byte at `offset` of the text of `scalar` stands: exact if the text stands in the file as it is, else where the scalar
  /// begins.
  [[nodiscard]] Place within(const TreeNode& scalar, std::size_t offset) const;
  [[nodiscard]] Place place_of(std::size_t offset) const;
  [[nodiscard]] std::string_view text() const { return text_; }
  /// The rest of the text from there; of the line.
  [[nodiscard]] std::string_view rest(Place place) const;
  [[nodiscard]] std::string_view rest_of_line(Place place) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

/// What keeps the text from being read as YAML at all: bytes that are no UTF-8, control characters, too many bytes.
[[nodiscard]] std::optional<Diagnostic> check_characters(std::string_view text);

/// Nothing if the text is not one YAML document; an empty one is kNull.
[[nodiscard]] std::optional<TreeNode> parse_document(const SourceText& source, Report& report);

}  // namespace procledger::config
