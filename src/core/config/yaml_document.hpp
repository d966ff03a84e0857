// SPDX-License-Identifier: Apache-2.0
// Parses text into a tree. Accepts the harmless part of YAML: aliases become copies, within bounds; tags are an error.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/yaml_tree.hpp"

namespace procledger::config {

/// A view of the text of a file, by lines, that finds the place of a byte within a scalar. Does not own the text.
class SourceText {
 public:
  explicit SourceText(std::string_view text);

  /// The place of the byte at `offset` of the text of `scalar`. The place is exact if the file has the text literally; else it is the start
  /// of the scalar.
  [[nodiscard]] Place within(const TreeNode& scalar, std::size_t offset) const;
  [[nodiscard]] Place place_of(std::size_t offset) const;
  [[nodiscard]] std::string_view text() const { return text_; }
  /// The rest of the text from `place`, and the rest of its line.
  [[nodiscard]] std::string_view rest(Place place) const;
  [[nodiscard]] std::string_view rest_of_line(Place place) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
};

/// The error that keeps the text from being parsed at all: invalid UTF-8, a control character, or too many bytes.
[[nodiscard]] std::optional<Diagnostic> check_characters(std::string_view text);

/// The tree of the document; nothing if the text is not one YAML document. An empty document is kNull.
[[nodiscard]] std::optional<TreeNode> parse_document(const SourceText& source, Report& report);

}  // namespace procledger::config
