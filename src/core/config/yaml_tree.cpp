// SPDX-License-Identifier: Apache-2.0
#include "core/config/yaml_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/text.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kMaxDepth = 20;
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{2} << 20;

[[noreturn]] void refuse(Place place, std::string found, std::string expected, std::string hint = {}) {
  throw TreeBuilder::Refusal{{.place = place, .found = std::move(found), .expected = std::move(expected), .hint = std::move(hint)}};
}

/// Accepts the tags "?" (a plain scalar) and "!" (a quoted scalar, or an explicit "!").
void check_tag(const std::string& tag, Place place) {
  if (tag.empty() || tag == "?" || tag == "!") return;
  refuse(place, "the tag \"" + safe_text(tag, 60) + "\"", "no tags", "put text into quotes instead");
}

TreeNode node_of(TreeNode::Kind kind, Place place) {
  TreeNode node;
  node.kind = kind;
  node.place = place;
  return node;
}

std::size_t depth_of(const TreeNode& node) {
  std::size_t below = 0;
  for (const TreeNode& item : node.items) below = std::max(below, depth_of(item));
  for (const Entry& entry : node.entries) below = std::max(below, depth_of(entry.value));
  return below + 1;
}

}  // namespace

Place place_of(const YAML::Mark& mark) { return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1}; }

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (++documents_ > 1) {
    refuse(place_of(mark), "a second document", "one document in a file", "check for \"---\" and for text after a closing bracket");
  }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) { place(node_of(TreeNode::Kind::kNull, place_of(mark)), anchor); }

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) {
  const Place at = place_of(mark);
  check_tag(tag, at);
  if (tag == "!") last_quoted_ = at;
  TreeNode node = node_of(TreeNode::Kind::kText, at);
  node.text = value;
  node.plain = tag == "?";
  place(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Place at = place_of(mark);
  if (anchor >= anchored_.size() || !anchored_[anchor].complete) refuse(at, "an alias that contains itself", "an alias of another value");
  const Anchored& original = anchored_[anchor];
  count(original.size, at);
  if (open_.size() + depth_of(original.node) > kMaxDepth) refuse(at, "too many levels", "at most " + std::to_string(kMaxDepth));
  attach(original.node);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(TreeNode::Kind::kList, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(TreeNode::Kind::kMap, mark, tag, anchor);
}

void TreeBuilder::open(TreeNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
  const Place at = place_of(mark);
  check_tag(tag, at);
  if (awaits_key()) refuse(at, "a key that is not text", "text before the colon", "put text with brackets or braces into quotes");
  if (open_.size() >= kMaxDepth) refuse(at, "too many levels", "at most " + std::to_string(kMaxDepth));
  count({.nodes = 1, .bytes = 0}, at);
  open_.push_back({node_of(kind, at), anchor});
}

void TreeBuilder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  if (done.anchor != 0) {
    anchored_.resize(std::max(anchored_.size(), done.anchor + 1));
    const Size size = size_of(done.node);
    count(size, done.node.place);
    anchored_[done.anchor] = {done.node, size, true};
  }
  attach(std::move(done.node));
}

void TreeBuilder::place(TreeNode node, YAML::anchor_t anchor) {
  const Size size = size_of(node);
  count(size, node.place);
  if (anchor != 0) {
    anchored_.resize(std::max(anchored_.size(), anchor + 1));
    anchored_[anchor] = {node, size, true};
  }
  attach(std::move(node));
}

void TreeBuilder::attach(TreeNode node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == TreeNode::Kind::kList) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.has_key) {
    if (node.kind != TreeNode::Kind::kText) refuse(node.place, "a key that is not text", "text before the colon");
    parent.node.entries.push_back({std::move(node.text), node.place, {}});
    parent.has_key = true;
  } else {
    // For an empty value the parser reports the end, which may be lines below, so the place of the key is used.
    if (node.kind == TreeNode::Kind::kNull) node.place = parent.node.entries.back().place;
    parent.node.entries.back().value = std::move(node);
    parent.has_key = false;
  }
}

bool TreeBuilder::awaits_key() const { return !open_.empty() && open_.back().node.kind == TreeNode::Kind::kMap && !open_.back().has_key; }

TreeBuilder::Size TreeBuilder::size_of(const TreeNode& node) {
  Size size{.nodes = 1, .bytes = node.text.size()};
  const auto add = [&size](const TreeNode& below) {
    const Size more = size_of(below);
    size.nodes += more.nodes;
    size.bytes += more.bytes;
  };
  for (const TreeNode& item : node.items) add(item);
  for (const Entry& entry : node.entries) {
    add(entry.value);
    size.bytes += entry.key.size();
  }
  return size;
}

void TreeBuilder::count(Size more, Place place) {
  size_.nodes += more.nodes;
  size_.bytes += more.bytes;
  if (size_.nodes <= kMaxNodes && size_.bytes <= kMaxBytes) return;
  refuse(place, "too many values", "at most " + std::to_string(kMaxNodes), "an alias counts like the values that it repeats");
}

}  // namespace procledger::config
