// SPDX-License-Identifier: Apache-2.0
// Processes for tests of rules.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/rules/process_attributes.hpp"
#include "core/rules/rule_set.hpp"

namespace procledger::rules {

using namespace std::string_view_literals;

class FakeSurroundings final : public Surroundings {
 public:
  [[nodiscard]] bool descends_from(std::uint32_t ancestor_tgid) const override {
    ++asked;
    return ancestors.contains(ancestor_tgid);
  }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) const override {
    const auto found = pidfiles.find(pidfile);
    return found == pidfiles.end() ? std::nullopt : std::optional{found->second};
  }

  std::set<std::uint32_t> ancestors;
  std::map<std::string, std::uint32_t> pidfiles;
  mutable int asked{};
};

inline Subject named(std::string_view comm) {
  Subject subject;
  subject.comm = comm;
  subject.tgid = 100;
  subject.parent_tgid = 1;
  return subject;
}

inline Subject with_args(std::string_view args, std::string_view comm = "comm") {
  Subject subject = named(comm);
  subject.args = args;
  return subject;
}

inline Subject kernel_thread(std::string_view comm) {
  Subject subject = named(comm);
  subject.kernel_thread = true;
  return subject;
}

inline Rule rule(std::string name, Match match, Match exclude = {}) {
  Rule rule;
  rule.name = std::move(name);
  rule.match = std::move(match);
  rule.exclude = std::move(exclude);
  return rule;
}

inline RuleSet compiled(std::vector<Rule> rules) {
  RuleBook book;
  book.rules = std::move(rules);
  return RuleSet::compile(book).value();
}

/// Whether a rule with this match accepts the subject.
inline bool takes(const Match& match, const Subject& subject, const Surroundings& surroundings = FakeSurroundings{}) {
  return compiled({rule("x", match)}).decide(subject, surroundings).has_value();
}

/// Whether a rule for all processes except this match accepts the subject.
inline bool excludes(const Match& exclude, const Subject& subject, const Surroundings& surroundings = FakeSurroundings{}) {
  return !compiled({rule("x", {}, exclude)}).decide(subject, surroundings).has_value();
}

/// The group name of a rule; "(none)" if the rule does not match.
inline std::string name_by(const Rule& rule, const Subject& subject) {
  const auto verdict = compiled({rule}).decide(subject, FakeSurroundings{});
  return verdict ? verdict->name : "(none)";
}

}  // namespace procledger::rules
