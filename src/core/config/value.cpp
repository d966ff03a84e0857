// SPDX-License-Identifier: Apache-2.0
#include "core/config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/text.hpp"

namespace procledger::config {
namespace {

std::string numbers(std::uint32_t from, std::uint32_t to) { return "a number from " + std::to_string(from) + " to " + std::to_string(to); }

bool is_numeric(std::string_view text) { return text.size() <= 20 && text.find_first_not_of("+-.0123456789") == std::string_view::npos; }

/// The hint for words that other programs accept as true or false.
std::string flag_hint(const TreeNode& node) {
  constexpr std::array<std::string_view, 4> kYes{"yes", "on", "1", "y"};
  constexpr std::array<std::string_view, 4> kNo{"no", "off", "0", "n"};
  std::string lower = node.text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!node.plain && (lower == "true" || lower == "false")) return "remove the quotes";
  if (lower == "true" || std::find(kYes.begin(), kYes.end(), lower) != kYes.end()) return "write true";
  if (lower == "false" || std::find(kNo.begin(), kNo.end(), lower) != kNo.end()) return "write false";
  return {};
}

constexpr std::size_t kMaxQuoted = 80;
constexpr std::size_t kMaxWord = 40;  // a longer word is no typing error

}  // namespace

std::optional<std::string> Value::scalar(std::string_view expected) const {
  if (is(TreeNode::Kind::kText)) return node_->text;
  error({description(), std::string{expected}, is(TreeNode::Kind::kNull) ? "add a value or remove the key" : ""});
  return std::nullopt;
}

std::optional<std::string> Value::text(std::string_view expected) const {
  auto found = scalar(expected);
  if (found && found->empty()) {
    error({"empty text", std::string{expected}, {}});
    return std::nullopt;
  }
  return found;
}

std::optional<bool> Value::flag() const {
  const auto found = scalar("true or false");
  if (!found) return std::nullopt;
  if (node_->plain && *found == "true") return true;
  if (node_->plain && *found == "false") return false;
  error({description(), "true or false", flag_hint(*node_)});
  return std::nullopt;
}

std::optional<std::uint32_t> Value::number(std::uint32_t from, std::uint32_t to) const {
  const auto found = scalar(numbers(from, to));
  if (!found) return std::nullopt;
  std::uint32_t value = 0;
  const char* const end = found->data() + found->size();
  const auto [rest, failure] = std::from_chars(found->data(), end, value);
  const bool is_number = failure == std::errc{} && rest == end;
  if (is_number && node_->plain && value >= from && value <= to) return value;
  error({description(), numbers(from, to), is_number && !node_->plain ? "remove the quotes" : ""});
  return std::nullopt;
}

std::optional<std::size_t> Value::word(std::span<const std::string_view> words) const {
  const auto found = scalar(one_of(words));
  if (!found) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), *found);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  error({description(), one_of(words), suggestion(*found, words)});
  return std::nullopt;
}

std::vector<Value> Value::items(std::string_view expected) const {
  if (is(TreeNode::Kind::kText)) return {*this};
  if (!is(TreeNode::Kind::kList)) {
    error({description(), std::string{expected}, is(TreeNode::Kind::kNull) ? "add a value or remove the key" : ""});
    return {};
  }
  if (node_->items.empty()) error({"an empty list", std::string{expected}, "add an item or remove the key"});
  return list();
}

std::vector<Value> Value::list() const {
  if (!is(TreeNode::Kind::kList)) {
    error({description(), "a list", is(TreeNode::Kind::kNull) ? "add a value or remove the key" : ""});
    return {};
  }
  std::vector<Value> values;
  values.reserve(node_->items.size());
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    values.emplace_back(node_->items[i], path_ + "[" + std::to_string(i) + "]", *context_);
  }
  return values;
}

std::vector<Value::Member> Value::members() const {
  if (!is(TreeNode::Kind::kMap)) {
    error({description(), "keys with values", is(TreeNode::Kind::kNull) ? "add a value or remove the key" : ""});
    return {};
  }
  std::map<std::string_view, Place> seen;
  std::vector<Member> members;
  for (const Entry& entry : node_->entries) {
    const auto [first, is_new] = seen.emplace(entry.key, entry.place);
    if (is_new) {
      const std::string name = quoted(entry.key);
      members.push_back(
          {entry.key, entry.place, {entry.value, (path_.empty() ? "" : path_ + ".") + name.substr(1, name.size() - 2), *context_}});
    } else {
      complain(Severity::kError, entry.place,
               {"duplicate key " + quoted(entry.key), "each key once", "the first is in line " + std::to_string(first->second.line)});
    }
  }
  return members;
}

std::vector<Value::Member> Value::members(std::span<const std::string_view> known) const {
  std::vector<Member> all = members();
  refuse_unknown(all, known);
  return all;
}

void Value::refuse_unknown(std::vector<Member>& members, std::span<const std::string_view> known) const {
  std::erase_if(members, [&](const Member& member) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) return false;
    std::string hint = member.key == "<<" ? "merge keys are not supported; write the keys out" : suggestion(member.key, known);
    complain(Severity::kError, member.place, {"unknown key " + quoted(member.key), one_of(known), std::move(hint)});
    return true;
  });
}

std::string Value::description() const {
  switch (node_->kind) {
    case TreeNode::Kind::kNull:
      return "nothing";
    case TreeNode::Kind::kList:
      return node_->items.empty() ? "an empty list" : "a list";
    case TreeNode::Kind::kMap:
      return node_->entries.empty() ? "an empty map" : "keys with values";
    case TreeNode::Kind::kText:
      break;
  }
  if (node_->text.empty()) return "empty text";
  return node_->plain && is_numeric(node_->text) ? node_->text : quoted(node_->text);
}

void Value::error(Complaint complaint) const { complain(Severity::kError, node_->place, std::move(complaint)); }

void Value::warning(Complaint complaint) const { complain(Severity::kWarning, node_->place, std::move(complaint)); }

void Value::error_within(std::size_t offset, Complaint complaint) const {
  complain(Severity::kError, context_->source.within(*node_, offset), std::move(complaint));
}

void Value::complain(Severity severity, Place place, Complaint complaint) const {
  context_->report.add({severity, place, path_, std::move(complaint.found), std::move(complaint.expected), std::move(complaint.hint)});
}

const Value* find(const std::vector<Value::Member>& members, std::string_view key) {
  const auto at = std::find_if(members.begin(), members.end(), [key](const Value::Member& member) { return member.key == key; });
  return at == members.end() ? nullptr : &at->value;
}

std::string quoted(std::string_view text) { return "\"" + safe_text(text, kMaxQuoted) + "\""; }

std::string one_of(std::span<const std::string_view> words) {
  if (words.size() == 1) return std::string{words.front()};
  std::string list{"one of "};
  for (std::size_t i = 0; i < words.size(); ++i) list += (i == 0 ? "" : ", ") + std::string{words[i]};
  return list;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kMaxWord) return {};
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? "" : "did you mean " + quoted(near) + "?";
}

}  // namespace procledger::config
