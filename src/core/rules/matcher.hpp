// SPDX-License-Identifier: Apache-2.0
// The keys of one `match` or `not`, compiled; cheap ones first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/rules/conditions.hpp"
#include "core/rules/match_context.hpp"
#include "core/rules/needs.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/rule_error.hpp"
#include "core/rules/template.hpp"

namespace procledger::rules {

/// What comes together while a whole configuration is compiled.
struct Findings {
  Needs needs;
  std::vector<DescentQuestion> questions;  ///< each once
  std::vector<RuleError> errors;
};

class CompiledMatch {
 public:
  /// `key` ("match", "not") and `rule` are where an error is said to stand. After an error the result must not be used.
  static CompiledMatch compile(const Match& match, std::size_t rule, const std::string& key, Findings& findings);

  /// Every key holds, by any of its items; of the command line and the environment all items.
  [[nodiscard]] bool all(Evaluation& subject) const;
  /// Some item of some key holds.
  [[nodiscard]] bool any(Evaluation& subject) const;
  /// What the groups of all patterns over the command line caught; where two have one name, the later.
  [[nodiscard]] Captures captures(Evaluation& subject) const;

 private:
  friend class MatchCompiler;
  std::vector<Condition> conditions_;  ///< one a key, but one an item where all items have to hold
};

}  // namespace procledger::rules
