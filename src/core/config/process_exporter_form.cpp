// SPDX-License-Identifier: Apache-2.0
// Reads process-exporter's form. docs/configuration.md lists the cases where procledger is stricter.
#include "core/config/process_exporter_form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "core/config/checks.hpp"
#include "core/config/group.hpp"
#include "core/config/load.hpp"
#include "core/config/sections.hpp"

namespace procledger::config {
namespace {

constexpr std::array<std::string_view, 3> kFileKeys{"process_names", "collect", "limits"};
constexpr std::array<std::string_view, 4> kItemKeys{"name", "comm", "exe", "cmdline"};
constexpr std::array<std::string_view, 6> kOwnFormOnly{"groups", "default", "children", "exclude_self", "containers", "threads"};
constexpr std::string_view kDefaultName = "{{.ExeBase}}";
constexpr std::string_view kSelectors = "one of comm, exe, cmdline";

/// A comm that can never match is only a warning, because process-exporter accepts it: a working file must keep working.
void expected_comm(const Value& value, const std::string& text) { check_comm(value, text, Severity::kWarning); }
void exe(const Value&, const std::string&) {}
void cmdline(const Value& value, const std::string& text) { check_regex(value, text); }

rules::Rule read_item(const Value& item) {
  rules::Rule rule;
  rule.name = kDefaultName;
  const auto members = item.members(kItemKeys);
  const Value* const comms = find(members, "comm");
  const Value* const exes = find(members, "exe");
  const Value* const cmdlines = find(members, "cmdline");
  if (comms != nullptr) rule.match.comm = read_texts(*comms, "a list of names", expected_comm);
  if (exes != nullptr) rule.match.argv0 = read_texts(*exes, "a list of programs", exe);
  if (cmdlines != nullptr) rule.match.cmdline = read_texts(*cmdlines, "a list of regular expressions", cmdline);
  if (item.is(TreeNode::Kind::kMap) && comms == nullptr && exes == nullptr && cmdlines == nullptr) {
    item.error({"no matchers provided", std::string{kSelectors}, {}});
  }
  // An empty name means no name, as in process-exporter.
  const Value* const name = find(members, "name");
  const bool empty = name != nullptr && name->is(TreeNode::Kind::kText) && name->node().text.empty();
  if (name != nullptr && !empty) {
    rule.name = name->text("a template such as \"{{.ExeBase}}\"").value_or(rule.name);
    check_group_name(*name, rule.name, capture_names(item, rule.match.cmdline), Severity::kWarning);
  }
  return rule;
}

/// Removes the keys of procledger's own form and reports an error for each.
void refuse_mixture(std::vector<Value::Member>& members) {
  std::erase_if(members, [](const Value::Member& member) {
    if (std::find(kOwnFormOnly.begin(), kOwnFormOnly.end(), member.key) == kOwnFormOnly.end()) return false;
    member.value.complain(
        Severity::kError, member.place,
        {"a key of procledger's own form, in a file with process_names", "one form in a file", "write process_names as groups"});
    return true;
  });
}

constexpr std::string_view kCapture = "mapped";
constexpr std::size_t kMaxShown = 120;  // bytes of a pattern

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// Maps comm to pattern. If a comm comes twice, the last pattern applies, as in process-exporter.
Result<std::map<std::string, std::string>> parse_mapping(std::string_view text, rules::PatternCompiler& patterns) {
  std::map<std::string, std::string> mapping;
  auto parts = split(text);
  if (parts.size() % 2 == 1) return fail(ErrorKind::kUsage, "names and patterns must come in pairs: comm,regex,comm,regex");
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].empty() || parts[i + 1].empty()) return fail(ErrorKind::kUsage, "a name or a pattern is empty");
    const auto& pattern = patterns.regex(parts[i + 1]);
    const std::string shown = "the pattern \"" + safe_text(parts[i + 1], kMaxShown) + "\"";
    if (!pattern) return fail(ErrorKind::kUsage, shown + ": " + pattern.error().found);
    if (pattern->groups() == 0) {
      return fail(ErrorKind::kUsage, shown + " has no capture group for the name; put the part for the name in parentheses");
    }
    mapping[std::move(parts[i])] = std::move(parts[i + 1]);
  }
  return mapping;
}

}  // namespace

Config read_process_names(const Value& root) {
  Config config;
  config.book.fallback = std::nullopt;
  auto members = root.members();
  refuse_mixture(members);
  root.refuse_unknown(members, kFileKeys);
  if (const Value* collect = find(members, "collect")) config.collect = read_collect(*collect);
  if (const Value* limits = find(members, "limits")) config.limits = read_limits(*limits);
  if (const Value* names = find(members, "process_names")) {
    const auto items = names->list();
    for (const Value& item : items) config.book.rules.push_back(read_item(item));
    if (!root.file_failed()) check_reach(config.book.rules, items);
  }
  return config;
}

Result<rules::RuleBook> rule_book_of_flags(std::string_view names, std::string_view mapping, rules::PatternCompiler& patterns) {
  const auto mapped = parse_mapping(mapping, patterns);
  if (!mapped) return tl::unexpected{Error{mapped.error()}.within("-namemapping")};

  rules::RuleBook book;
  book.fallback = std::nullopt;
  for (const auto& [comm, pattern] : *mapped) {
    rules::Rule rule;
    rule.name = "{{.Comm}}:{{.Matches." + std::string{kCapture} + "}}";
    rule.match.comm = {comm};
    rule.match.cmdline = {pattern};
    rule.first_capture = kCapture;
    book.rules.push_back(std::move(rule));
  }
  rules::Rule plain;
  plain.name = "{{.Comm}}";
  std::set<std::string> seen;
  for (std::string& name : split(names)) {
    if (name.empty() || mapped->contains(name) || !seen.insert(name).second) continue;
    plain.match.comm.push_back(std::move(name));
  }
  if (!plain.match.comm.empty()) book.rules.push_back(std::move(plain));
  return book;
}

}  // namespace procledger::config
