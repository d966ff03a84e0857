// SPDX-License-Identifier: Apache-2.0
#include "core/rules/conditions.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace procledger::rules {

bool UserIs::holds(Evaluation& subject) const {
  const Subject& facts = subject.subject();
  return (facts.user && names.contains(*facts.user)) || std::binary_search(uids.begin(), uids.end(), facts.uid);
}

bool ParentIs::holds(Evaluation& subject) const { return std::binary_search(tgids.begin(), tgids.end(), subject.subject().parent_tgid); }

bool Argv0Is::holds(Evaluation& subject) const {
  const auto argv0 = subject.argv0();
  return argv0 && (base_names.contains(base_name(*argv0)) || whole.contains(*argv0));
}

bool TextMatches::holds(Evaluation& subject) const {
  const auto& fact = subject.subject().*text;
  return fact && std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(*fact); });
}

bool VariableIs::holds(Evaluation& subject) const {
  const Variable variable = subject.variable(name);
  if (std::holds_alternative<std::monostate>(wanted)) return variable.state == Variable::State::kUnset;
  if (variable.state != Variable::State::kSet) return false;
  if (const auto* text = std::get_if<std::string>(&wanted)) return variable.value == *text;
  return std::get<Pattern>(wanted).matches_whole(valid_utf8(variable.value));
}

bool Descends::holds(Evaluation& subject) const {
  return std::any_of(questions.begin(), questions.end(), [&](std::size_t question) { return subject.descends(question); });
}

bool CommandLineMatches::holds(Evaluation& subject) const {
  const auto command_line = subject.command_line();
  return command_line && pattern.found_in(*command_line);
}

}  // namespace procledger::rules
