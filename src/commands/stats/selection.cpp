// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/selection.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace procledger::stats {
namespace {

/// --pid selects a process without its descendants, so the rules never need the process tree here.
class NoSurroundings final : public rules::Surroundings {
 public:
  [[nodiscard]] bool descends_from(std::uint32_t /*ancestor_tgid*/) const override { return false; }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& /*pidfile*/) const override { return std::nullopt; }
};

}  // namespace

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
    return fail(ErrorKind::kUsage, "\"" + std::string{text} + "\" is neither NAME=VALUE nor NAME! (not set)");
  }
  if (condition.name.empty()) return fail(ErrorKind::kUsage, "\"" + std::string{text} + "\" has no variable name before \"=\" or \"!\"");
  return condition;
}

Result<Selection> Selection::compile(const Wanted& wanted) {
  rules::Match match;
  match.comm = wanted.names;
  match.user = wanted.users;
  rules::Findings findings;
  Selection selection;
  selection.match_but_env_ = rules::CompiledMatch::compile(match, 0, "", findings);
  match.env = wanted.env;
  selection.match_ = rules::CompiledMatch::compile(match, 0, "", findings);
  if (!findings.errors.empty()) {
    const rules::RuleError& error = findings.errors.front();
    return fail(ErrorKind::kUsage, "\"" + error.text + "\": found " + error.found + ", expected " + error.expected);
  }
  selection.pids_ = wanted.pids;
  selection.asks_for_env_ = !wanted.env.empty();
  return selection;
}

bool Selection::takes(const rules::Subject& subject) const {
  const NoSurroundings surroundings;
  rules::Evaluation evaluation{subject, surroundings, {}};
  return asks_for_pid(subject.tgid) && match_.all(evaluation);
}

bool Selection::may_take(const rules::Subject& subject) const {
  const NoSurroundings surroundings;
  rules::Evaluation evaluation{subject, surroundings, {}};
  return asks_for_pid(subject.tgid) && match_but_env_.all(evaluation);
}

bool Selection::asks_for_pid(std::uint32_t pid) const { return pids_.empty() || std::ranges::find(pids_, pid) != pids_.end(); }

}  // namespace procledger::stats
