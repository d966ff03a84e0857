// SPDX-License-Identifier: Apache-2.0
#include "core/config/group.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "core/config/checks.hpp"

namespace procledger::config {
namespace {

constexpr std::string_view kEnvForms = "a value, a ~pattern, or null for a variable that must not be set";

void any_text(const Value&, const std::string&) {}
void required_comm(const Value& value, const std::string& text) { check_comm(value, text, Severity::kError); }
void absolute_path(const Value& value, const std::string& text) { check_absolute_path(value, text); }
void regex(const Value& value, const std::string& text) { check_regex(value, text); }
void glob(const Value& value, const std::string& text) { check_glob(value, text); }
void path_glob(const Value& value, const std::string& text) { check_path_glob(value, text); }
/// It takes what lies below, too.
void cgroup_glob(const Value& value, const std::string& text) { check_path_glob(value, text, rules::Glob::Reach::kSubtree); }

/// The keys whose value is a list of texts.
struct TextKey {
  std::string_view key;
  std::vector<std::string> rules::Match::* member;
  std::string_view expected;
  void (*check)(const Value&, const std::string&);
};

constexpr std::array kTextKeys{
    TextKey{"comm", &rules::Match::comm, "a name or a list of names", required_comm},
    TextKey{"exe", &rules::Match::exe, "a path pattern or a list of them", path_glob},
    TextKey{"cmdline", &rules::Match::cmdline, "a regular expression or a list of them", regex},
    TextKey{"user", &rules::Match::user, "a user or a list of users", any_text},
    TextKey{"pidfile", &rules::Match::pidfile, "a path or a list of paths", absolute_path},
    TextKey{"cgroup", &rules::Match::cgroup, "a path pattern or a list of them", cgroup_glob},
    TextKey{"unit", &rules::Match::unit, "a pattern or a list of patterns", glob},
    TextKey{"namespace", &rules::Match::namespaces, "a pattern or a list of patterns", glob},
    TextKey{"pod", &rules::Match::pod, "a pattern or a list of patterns", glob},
    TextKey{"container", &rules::Match::container, "a pattern or a list of patterns", glob},
};

std::vector<std::uint32_t> read_pids(const Value* value, std::uint32_t lowest) {
  std::vector<std::uint32_t> pids;
  if (value == nullptr) return pids;
  for (const Value& item : value->items("a PID or a list of PIDs")) {
    if (const auto pid = item.number(lowest, kMaxPid)) pids.push_back(*pid);
  }
  return pids;
}

/// An empty scalar is allowed here, because a variable may be empty.
rules::EnvCondition read_condition(const Value::Member& member) {
  rules::EnvCondition condition{.name = member.key, .kind = rules::EnvCondition::Kind::kAbsent, .text = {}};
  const Value& value = member.value;
  if (value.is(TreeNode::Kind::kNull)) return condition;
  if (!value.is(TreeNode::Kind::kText)) {
    value.error({value.description(), std::string{kEnvForms}, {}});
    return condition;
  }
  condition.text = value.node().text;
  condition.kind = condition.text.starts_with('~') ? rules::EnvCondition::Kind::kPattern : rules::EnvCondition::Kind::kEquals;
  if (condition.kind == rules::EnvCondition::Kind::kPattern) {
    condition.text.erase(0, 1);
    if (condition.text.empty()) {
      value.error({"an empty pattern", std::string{kEnvForms}, "to match every value write ~.*"});
    } else {
      check_regex(value, condition.text, 1);
    }
  }
  return condition;
}

std::vector<rules::EnvCondition> read_env(const Value* value) {
  std::vector<rules::EnvCondition> conditions;
  if (value == nullptr) return conditions;
  const auto members = value->members();
  if (value->is(TreeNode::Kind::kMap) && members.empty()) value->error({"an empty map", "variables with values", {}});
  for (const Value::Member& member : members) {
    if (member.key.empty() || member.key.find('=') != std::string::npos) {
      member.value.complain(Severity::kError, member.place, {"the variable " + quoted(member.key), "a name without \"=\"", {}});
    }
    conditions.push_back(read_condition(member));
  }
  return conditions;
}

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

/// Programs that write YAML 1.1 turn `off` into `false`.
rules::ThreadSeries read_threads(const Value& value) {
  const bool plain = value.is(TreeNode::Kind::kText) && value.node().plain;
  if (plain && value.node().text == "false") return rules::ThreadSeries::kOff;
  if (plain && (value.node().text == "true" || value.node().text == "on")) {
    value.error({value.description(), one_of(kThreadWords), "write name for one series per thread name, tid for one per thread"});
    return {};
  }
  return static_cast<rules::ThreadSeries>(value.word(kThreadWords).value_or(0));
}

bool read_flag(const Value* value) { return value != nullptr && value->flag().value_or(false); }

rules::SeriesOptions read_series(const std::vector<Value::Member>& members) {
  rules::SeriesOptions series;
  if (const Value* threads = find(members, "threads")) series.threads = read_threads(*threads);
  series.processes = read_flag(find(members, "processes"));
  if (const Value* memory = find(members, "memory")) series.pss = read_flag(find(memory->members(kMemoryKeys), "pss"));
  series.sockets = read_flag(find(members, "sockets"));
  return series;
}

}  // namespace

rules::Match read_match(const Value& value) {
  rules::Match match;
  const auto members = value.members(kMatchKeys);
  if (value.is(TreeNode::Kind::kMap) && value.node().entries.empty()) {
    value.error({"an empty map", one_of(kMatchKeys), "to match every process, remove the key"});
  }
  for (const TextKey& each : kTextKeys) {
    if (const Value* texts = find(members, each.key)) match.*each.member = read_texts(*texts, each.expected, each.check);
  }
  match.pid = read_pids(find(members, "pid"), 1);
  match.ppid = read_pids(find(members, "ppid"), 0);
  match.env = read_env(find(members, "env"));
  return match;
}

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
  rule.series = read_series(members);
  return rule;
}

std::optional<std::string> read_fallback(const Value& value) {
  auto text = value.text("a template, or drop");
  if (!text || *text == "drop") return std::nullopt;
  check_group_name(value, *text, CaptureNames{}, Severity::kError);
  return text;
}

}  // namespace procledger::config
