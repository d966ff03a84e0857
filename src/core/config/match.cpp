// SPDX-License-Identifier: Apache-2.0
#include "core/config/match.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include "core/config/checks.hpp"
#include "core/config/pid_limit.hpp"

namespace procledger::config {
namespace {

constexpr std::string_view kEnvForms = "a value, a ~pattern, or null for a variable that must not be set";

void any_text(const Value&, std::string_view) {}
void comm(const Value& value, std::string_view text) { check_comm(value, text, Severity::kError); }
void regex(const Value& value, std::string_view text) { check_regex(value, text); }

/// The keys whose value is a list of texts.
struct TextKey {
  std::string_view key;
  std::vector<std::string> rules::Match::* member;
  std::string_view expected;
  void (*check)(const Value&, std::string_view);
};

constexpr std::array kTextKeys{
    TextKey{"comm", &rules::Match::comm, "a name or a list of names", comm},
    TextKey{"exe", &rules::Match::exe, "a path pattern or a list of them", check_path_glob},
    TextKey{"cmdline", &rules::Match::cmdline, "a regular expression or a list of them", regex},
    TextKey{"user", &rules::Match::user, "a user or a list of users", any_text},
    TextKey{"pidfile", &rules::Match::pidfile, "a path or a list of paths", check_absolute_path},
    TextKey{"cgroup", &rules::Match::cgroup, "a path pattern or a list of them", check_path_glob},
    TextKey{"unit", &rules::Match::unit, "a pattern or a list of patterns", check_glob},
    TextKey{"namespace", &rules::Match::namespaces, "a pattern or a list of patterns", check_glob},
    TextKey{"pod", &rules::Match::pod, "a pattern or a list of patterns", check_glob},
    TextKey{"container", &rules::Match::container, "a pattern or a list of patterns", check_glob},
};

std::vector<std::uint32_t> read_pids(const Value* value, std::uint32_t lowest) {
  std::vector<std::uint32_t> pids;
  if (value == nullptr) return pids;
  for (const Value& item : value->items("a process number or a list of them")) {
    if (const auto pid = item.number(lowest, kMaxPid)) pids.push_back(*pid);
  }
  return pids;
}

/// A scalar may be empty here: a variable can be.
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

}  // namespace

rules::Match read_match(const Value& value) {
  rules::Match match;
  const auto members = value.members(kMatchKeys);
  if (value.is(TreeNode::Kind::kMap) && value.node().entries.empty()) {
    value.error({"an empty map", one_of(kMatchKeys), "without the key every process is meant"});
  }
  for (const TextKey& each : kTextKeys) {
    if (const Value* texts = find(members, each.key)) match.*each.member = read_texts(*texts, each.expected, each.check);
  }
  match.pid = read_pids(find(members, "pid"), 1);
  match.ppid = read_pids(find(members, "ppid"), 0);
  match.env = read_env(find(members, "env"));
  return match;
}

}  // namespace procledger::config
