// SPDX-License-Identifier: Apache-2.0
// A place in the document while it is read: the node, its path, and where complaints go. Reading functions report what is wrong
// and return nothing, so that one pass finds everything.
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

class Value {
 public:
  Value(const TreeNode& node, std::string path, Context& context) : node_{&node}, path_{std::move(path)}, context_{&context} {}

  [[nodiscard]] const TreeNode& node() const { return *node_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is(TreeNode::Kind kind) const { return node_->kind == kind; }

  /// Text that is not empty. `expected` says in an error what is wanted.
  [[nodiscard]] std::optional<std::string> text(std::string_view expected = "text") const;
  [[nodiscard]] std::optional<bool> flag() const;
  [[nodiscard]] std::optional<std::uint32_t> number(std::uint32_t from, std::uint32_t to) const;
  /// The index of one of `words`.
  [[nodiscard]] std::optional<std::size_t> word(std::span<const std::string_view> words) const;

  /// Of a list that is not empty. A single scalar is as good as a list of one.
  [[nodiscard]] std::vector<Value> items(std::string_view expected) const;
  /// Of a list, empty or not.
  [[nodiscard]] std::vector<Value> list() const;

  struct Member;
  /// Of a map, each key once.
  [[nodiscard]] std::vector<Member> members() const;
  /// The same, with keys out of `known` only.
  [[nodiscard]] std::vector<Member> members(std::span<const std::string_view> known) const;

  /// Takes the other members away, each with an error.
  void refuse_unknown(std::vector<Member>& members, std::span<const std::string_view> known) const;

  /// "a list", "\"abc\"".
  [[nodiscard]] std::string description() const;

  void error(Complaint complaint) const;
  void warning(Complaint complaint) const;
  /// At the byte `offset` of the scalar's text.
  void error_within(std::size_t offset, Complaint complaint) const;
  void complain(Severity severity, Place place, Complaint complaint) const;

  [[nodiscard]] rules::PatternCompiler& patterns() const { return *context_->patterns; }
  /// Something in the file is wrong already.
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

/// "\"abc\"", made safe and short.
[[nodiscard]] std::string quoted(std::string_view text);
/// "one of a, b, c", or "a".
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);
/// "did you mean \"b\"?", or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace procledger::config
