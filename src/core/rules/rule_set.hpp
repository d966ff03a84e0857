// SPDX-License-Identifier: Apache-2.0
// A configuration's rules, compiled once; decides which of them takes a process. Safe to use from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "core/rules/match_context.hpp"
#include "core/rules/matcher.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/template.hpp"

namespace procledger::rules {

/// What template fields stand for with one process. What is not known is an empty text.
class SubjectFields final : public FieldSource {
 public:
  SubjectFields(const Evaluation& subject, const Captures& captures) : subject_{subject}, captures_{captures} {}

  [[nodiscard]] std::string scalar(Field field) const override;
  [[nodiscard]] std::vector<std::string> slice(Field field) const override;
  [[nodiscard]] const Captures& captures() const override { return captures_; }

 private:
  const Evaluation& subject_;
  const Captures& captures_;
};

/// As Go writes a time.Time of UTC: "2026-11-21 09:07:50.92 +0000 UTC". In hundredths of a second, which /proc counts in: the same
/// process has the same name whoever saw it.
[[nodiscard]] std::string start_time_text(std::uint64_t unix_ns);

/// Adds the facts that the template's fields are made of.
void add_needs(const Template& text, Needs& needs);

/// What a rule, or the fallback, makes of a process. Texts are raw: they may be empty, reserved, long or no UTF-8.
struct Verdict {
  std::optional<std::size_t> rule;  ///< index into the RuleBook; absent: the fallback
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  ///< in the rule's order
  Detail detail;
  bool operator==(const Verdict&) const = default;
};

class RuleSet {
 public:
  /// All errors, in the order of the rules; never an empty list.
  static tl::expected<RuleSet, std::vector<RuleError>> compile(const RuleBook& book);

  /// By the first rule that matches; absent if none does.
  [[nodiscard]] std::optional<Verdict> decide(const Subject& subject, const Surroundings& surroundings) const;

  /// For a process that no rule takes and that inherits nothing; absent if such are left out.
  [[nodiscard]] std::optional<Verdict> fallback(const Subject& subject) const;

  /// Of all rules and the fallback.
  [[nodiscard]] const Needs& needs() const { return needs_; }
  /// Of the rules alone: what decide() looks at.
  [[nodiscard]] const Needs& decision_needs() const { return decision_needs_; }

  [[nodiscard]] std::size_t size() const { return rules_.size(); }

  /// The steps of decide() for one who wants to look at the subject before: an evaluation that answers our questions.
  [[nodiscard]] Evaluation evaluation(const Subject& subject, const Surroundings& surroundings) const;
  [[nodiscard]] std::optional<Verdict> decide(Evaluation& subject) const;
  [[nodiscard]] std::size_t questions() const { return questions_.size(); }

 private:
  struct CompiledRule {
    CompiledMatch match;
    CompiledMatch exclude;
    Template name;
    std::vector<std::pair<std::string, Template>> labels;
    bool captures{};  ///< some template wants them
    std::string first_capture;
    std::optional<Pattern> first_pattern;  ///< whose first capture that is

    [[nodiscard]] bool takes(Evaluation& subject) const;
    [[nodiscard]] std::optional<std::string> first_caught(Evaluation& subject) const;
    Detail detail;
  };

  RuleSet() = default;
  static CompiledRule compile_rule(const Rule& rule, std::size_t index, Findings& findings);

  std::vector<CompiledRule> rules_;
  std::vector<DescentQuestion> questions_;
  std::optional<Template> fallback_;
  Detail fallback_detail_;
  Needs needs_;
  Needs decision_needs_;
};

}  // namespace procledger::rules
