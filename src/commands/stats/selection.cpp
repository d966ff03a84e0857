// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/selection.hpp"

#include <algorithm>
#include <utility>

namespace procledger::stats {
Result<rules::EnvCondition> parse_env_condition(std::string_view text) {
  const std::size_t equals = text.find('=');
  rules::EnvCondition condition;
  condition.name = text.substr(0, equals);
  if (equals != std::string_view::npos) {
    condition.text = text.substr(equals + 1);
  } else if (text.ends_with('!')) {
    condition.kind = rules::EnvCondition::Kind::kAbsent;
    condition.name.pop_back();
  } else {
    return fail(ErrorKind::kUsage,
                "\"" + std::string{text} + "\" is not a condition: write NAME=VALUE, or NAME! for a variable that is not set");
  }
  if (condition.name.empty()) return fail(ErrorKind::kUsage, "\"" + std::string{text} + "\" has no variable name before \"=\" or \"!\"");
  return condition;
}

Result<Selection> Selection::compile(const Wanted& wanted) {
  rules::Match match;
  match.comm = wanted.names;
  match.user = wanted.users;
  match.env = wanted.env;
  rules::PatternCompiler patterns;
  rules::Findings findings{patterns, {}, {}};
  Selection selection;
  selection.match_ = rules::CompiledMatch::compile(match, 0, "", findings);
  if (!findings.errors.empty()) {
    const rules::RuleError& error = findings.errors.front();
    return fail(ErrorKind::kUsage, "\"" + error.text + "\": found " + error.error.found + ", expected " + error.error.expected);
  }
  selection.pids_ = wanted.pids;
  selection.required_ = std::move(findings.required);
  return selection;
}

bool Selection::takes(rules::ProcessAttributes& process) const { return asks_for_pid(process.tgid()) && match_.all(process); }

bool Selection::asks_for_pid(std::uint32_t pid) const { return pids_.empty() || std::ranges::find(pids_, pid) != pids_.end(); }

}  // namespace procledger::stats
