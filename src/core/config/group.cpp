// SPDX-License-Identifier: Apache-2.0
#include "core/config/group.hpp"

#include <array>

#include "core/config/checks.hpp"
#include "core/config/match.hpp"

namespace procledger::config {
namespace {

constexpr std::array<std::string_view, 8> kGroupKeys{"name", "match", "not", "labels", "threads", "processes", "memory", "sockets"};
constexpr std::array<std::string_view, 1> kMemoryKeys{"pss"};
constexpr std::array<std::string_view, 3> kThreadWords{"off", "name", "tid"};
constexpr std::string_view kTemplate = "a template such as \"{{.Comm}}\"";

rules::Labels read_labels(const Value& value, const CommonLabels& common, const std::optional<CaptureNames>& captures) {
  rules::Labels labels;
  const auto members = value.members();
  if (value.is(TreeNode::Kind::kMap) && value.node().entries.empty()) value.error({"an empty map", "label names with values", {}});
  for (const Value::Member& member : members) {
    if (check_label_name(member.value, member.place, member.key) && common.contains(member.key)) {
      member.value.complain(Severity::kError, member.place,
                            {"the label " + quoted(member.key) + " comes from containers", "another name", "rename one of the two"});
    }
    const auto text = member.value.text("text or a template");
    if (!text) continue;
    check_template(member.value, *text, captures, Severity::kError);
    labels.emplace_back(member.key, *text);
  }
  return labels;
}

/// YAML 1.1 programs write `off` as `false`.
rules::ThreadSeries read_threads(const Value& value) {
  const bool plain = value.is(TreeNode::Kind::kText) && value.node().plain;
  if (plain && value.node().text == "false") return rules::ThreadSeries::kOff;
  if (plain && (value.node().text == "true" || value.node().text == "on")) {
    value.error({value.description(), one_of(kThreadWords), "write name for one series a thread name, tid for one a thread"});
    return {};
  }
  return static_cast<rules::ThreadSeries>(value.word(kThreadWords).value_or(0));
}

bool read_flag(const Value* value) { return value != nullptr && value->flag().value_or(false); }

rules::Detail read_detail(const std::vector<Value::Member>& members) {
  rules::Detail detail;
  if (const Value* threads = find(members, "threads")) detail.threads = read_threads(*threads);
  detail.processes = read_flag(find(members, "processes"));
  if (const Value* memory = find(members, "memory")) detail.pss = read_flag(find(memory->members(kMemoryKeys), "pss"));
  detail.sockets = read_flag(find(members, "sockets"));
  return detail;
}

}  // namespace

rules::Rule read_group(const Value& value, const CommonLabels& common) {
  rules::Rule rule;
  const auto members = value.members(kGroupKeys);
  if (const Value* match = find(members, "match")) rule.match = read_match(*match);
  if (const Value* exclude = find(members, "not")) rule.exclude = read_match(*exclude);
  const auto captures = capture_names(value, rule.match.cmdline);
  if (const Value* name = find(members, "name")) {
    rule.name = name->text(kTemplate).value_or("");
    if (!rule.name.empty()) check_group_name(*name, rule.name, captures, Severity::kError);
  } else if (value.is(TreeNode::Kind::kMap)) {
    value.error({"a group without a name", "the key name", "for example name: \"{{.Comm}}\""});
  }
  if (const Value* labels = find(members, "labels")) rule.labels = read_labels(*labels, common, captures);
  rule.detail = read_detail(members);
  return rule;
}

std::optional<std::string> read_fallback(const Value& value) {
  auto text = value.text("a template, or drop");
  if (!text || *text == "drop") return std::nullopt;
  check_group_name(value, *text, CaptureNames{}, Severity::kError);
  return text;
}

}  // namespace procledger::config
