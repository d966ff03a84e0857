// SPDX-License-Identifier: Apache-2.0
// Builds a tree from the events of yaml-cpp. yaml-cpp's own tree is not used: it accepts repeated keys silently and shares aliased nodes,
// so that a visit of a few lines may never end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "core/config/diagnostic.hpp"

namespace procledger::config {

struct Entry;

/// A node of a YAML document, with its place in the file.
struct TreeNode {
  enum class Kind : std::uint8_t { kNull, kText, kList, kMap };
  Kind kind{Kind::kNull};
  Place place;
  std::string text;
  bool plain{};  ///< text without quotes
  std::vector<TreeNode> items;
  std::vector<Entry> entries;  ///< in the order of the file; keys may repeat
};

struct Entry {
  std::string key;
  Place place;
  TreeNode value;
};

[[nodiscard]] Place place_of(const YAML::Mark& mark);

/// Builds the tree of one document. Owns the tree until `take_root`. parse_document makes it, and the parser of yaml-cpp calls it.
class TreeBuilder final : public YAML::EventHandler {
 public:
  /// Thrown to end the parsing: the text after the error cannot be interpreted.
  struct Refusal {
    Diagnostic diagnostic;
  };

  /// Returns the root, after the end of the document.
  [[nodiscard]] TreeNode take_root() { return std::move(root_); }

  /// Start of the last quoted scalar.
  [[nodiscard]] std::optional<Place> last_quoted() const { return last_quoted_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    TreeNode node;
    YAML::anchor_t anchor{};
    bool has_key{};  ///< of a map: the last entry waits for a value
  };

  void open(TreeNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void place(TreeNode node, YAML::anchor_t anchor);
  void attach(TreeNode node);
  struct Size {
    std::size_t nodes{};
    std::size_t bytes{};
  };
  static Size size_of(const TreeNode& node);
  void count(Size more, Place place);
  [[nodiscard]] bool awaits_key() const;

  TreeNode root_;
  std::vector<Open> open_;
  struct Anchored {
    TreeNode node;
    Size size;
    bool complete{};
  };
  std::vector<Anchored> anchored_;  ///< by anchor
  Size size_;
  std::optional<Place> last_quoted_;
  std::size_t documents_{};
};

}  // namespace procledger::config
