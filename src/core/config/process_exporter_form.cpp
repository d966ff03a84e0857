// SPDX-License-Identifier: Apache-2.0
// process-exporter's form. Where it is taken more strictly than there, docs/configuration.md says so.
#include <algorithm>
#include <array>
#include <string_view>

#include "core/config/checks.hpp"
#include "core/config/forms.hpp"
#include "core/config/match.hpp"
#include "core/config/sections.hpp"

namespace procledger::config {
namespace {

constexpr std::array<std::string_view, 3> kTopKeys{"process_names", "collect", "limits"};
constexpr std::array<std::string_view, 4> kItemKeys{"name", "comm", "exe", "cmdline"};
constexpr std::array<std::string_view, 6> kOwnFormOnly{"groups", "default", "children", "exclude_self", "containers", "threads"};
constexpr std::string_view kDefaultName = "{{.ExeBase}}";
constexpr std::string_view kSelectors = "one of comm, exe, cmdline";

/// What can never match is no error there, so that a file that worked still does.
void comm(const Value& value, std::string_view text) { check_comm(value, text, Severity::kWarning); }
void exe(const Value&, std::string_view) {}
void cmdline(const Value& value, std::string_view text) { check_regex(value, text); }

rules::Rule read_item(const Value& item) {
  rules::Rule rule;
  rule.name = kDefaultName;
  const auto members = item.members(kItemKeys);
  const Value* const comms = find(members, "comm");
  const Value* const exes = find(members, "exe");
  const Value* const cmdlines = find(members, "cmdline");
  if (comms != nullptr) rule.match.comm = read_texts(*comms, "a list of names", comm);
  if (exes != nullptr) rule.match.argv0 = read_texts(*exes, "a list of programs", exe);
  if (cmdlines != nullptr) rule.match.cmdline = read_texts(*cmdlines, "a list of regular expressions", cmdline);
  if (item.is(TreeNode::Kind::kMap) && comms == nullptr && exes == nullptr && cmdlines == nullptr) {
    item.error({"no matchers provided", std::string{kSelectors}, {}});
  }
  // An empty name is as good as none, there as here.
  const Value* const name = find(members, "name");
  const bool empty = name != nullptr && name->is(TreeNode::Kind::kText) && name->node().text.empty();
  if (name != nullptr && !empty) {
    rule.name = name->text("a template such as \"{{.ExeBase}}\"").value_or(rule.name);
    check_group_name(*name, rule.name, capture_names(item, rule.match.cmdline), Severity::kWarning);
  }
  return rule;
}

/// Takes the keys of the other form away, each with an error.
void refuse_mixture(std::vector<Value::Member>& members) {
  std::erase_if(members, [](const Value::Member& member) {
    if (std::find(kOwnFormOnly.begin(), kOwnFormOnly.end(), member.key) == kOwnFormOnly.end()) return false;
    member.value.complain(
        Severity::kError, member.place,
        {"a key of procledger's own form beside process_names", "one form in a file", "write the process_names as groups"});
    return true;
  });
}

}  // namespace

Config read_process_names(const Value& root) {
  Config config;
  config.book.fallback = std::nullopt;
  auto members = root.members();
  refuse_mixture(members);
  root.refuse_unknown(members, kTopKeys);
  if (const Value* collect = find(members, "collect")) config.collect = read_collect(*collect);
  if (const Value* limits = find(members, "limits")) config.limits = read_limits(*limits);
  if (const Value* names = find(members, "process_names")) {
    const auto items = names->list();
    for (const Value& item : items) config.book.rules.push_back(read_item(item));
    if (!root.file_failed()) check_reach(config.book.rules, items);
  }
  return config;
}

}  // namespace procledger::config
