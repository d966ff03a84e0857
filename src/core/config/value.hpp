// SPDX-License-Identifier: Apache-2.0
// A value of the document while the reader reads it: the node, its path, and the report for errors. On an error a reading function reports
// and returns nothing, so that one pass finds all errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/config/yaml_document.hpp"
#include "core/config/yaml_tree.hpp"
#include "core/rules/pattern.hpp"

namespace procledger::config {

/// The state of one read, shared by all values of the document.
struct Context {
  SourceText source;
  Report report;
  std::shared_ptr<rules::PatternCompiler> patterns{std::make_shared<rules::PatternCompiler>()};
};

/// What is wrong with a value.
struct Complaint {
  std::string found;
  std::string expected;
  std::string hint;
};

/// Reads one node as the type that the caller wants, and reports errors at the node's place. Owns nothing; the readers of sections and
/// groups make and call it.
class Value {
 public:
  Value(const TreeNode& node, std::string path, Context& context) : node_{&node}, path_{std::move(path)}, context_{&context} {}

  [[nodiscard]] const TreeNode& node() const { return *node_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is(TreeNode::Kind kind) const { return node_->kind == kind; }

  /// Reads non-empty text. `expected` describes the wanted value in an error.
  [[nodiscard]] std::optional<std::string> text(std::string_view expected = "text") const;
  [[nodiscard]] std::optional<bool> flag() const;
  [[nodiscard]] std::optional<std::uint32_t> number(std::uint32_t from, std::uint32_t to) const;
  /// Reads one of `words` and returns its index.
  [[nodiscard]] std::optional<std::size_t> word(std::span<const std::string_view> words) const;

  /// Items of a non-empty list. A single scalar counts as a list with one item.
  [[nodiscard]] std::vector<Value> items(std::string_view expected) const;
  /// Items of a list, empty or not.
  [[nodiscard]] std::vector<Value> list() const;

  struct Member;
  /// Members of a map, each key once. A repeated key is an error.
  [[nodiscard]] std::vector<Member> members() const;
  /// As `members()`, but a key outside `known` is an error.
  [[nodiscard]] std::vector<Member> members(std::span<const std::string_view> known) const;

  /// Removes members whose key is not in `known` and reports an error for each.
  void refuse_unknown(std::vector<Member>& members, std::span<const std::string_view> known) const;

  /// The value as an error shows it: "a list", "\"abc\"".
  [[nodiscard]] std::string description() const;

  void error(Complaint complaint) const;
  void warning(Complaint complaint) const;
  /// Reports an error at byte `offset` of the scalar's text.
  void error_within(std::size_t offset, Complaint complaint) const;
  void complain(Severity severity, Place place, Complaint complaint) const;

  [[nodiscard]] rules::PatternCompiler& patterns() const { return *context_->patterns; }
  /// Whether the report has an error already.
  [[nodiscard]] bool file_failed() const { return context_->report.failed(); }

 private:
  [[nodiscard]] std::optional<std::string> scalar(std::string_view expected) const;

  const TreeNode* node_;
  std::string path_;
  Context* context_;
};

struct Value::Member {
  std::string key;
  Place place;  ///< of the key
  Value value;
};

/// The member with that key.
[[nodiscard]] const Value* find(const std::vector<Value::Member>& members, std::string_view key);

/// The text in quotes, made safe and short: "\"abc\"".
[[nodiscard]] std::string quoted(std::string_view text);
/// A list of the words: "one of a, b, c", or "a" for a single word.
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);
/// A hint about a typing error: "did you mean \"b\"?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace procledger::config
