// SPDX-License-Identifier: Apache-2.0
#include "core/rules/rule_set.hpp"

#include <algorithm>

#include "core/rules/subject_fields.hpp"

namespace procledger::rules {
namespace {

/// An empty template where the text is none; the error is among the findings then.
Template compile_template(const std::string& text, std::optional<std::size_t> rule, std::string key, Findings& findings) {
  auto parsed = Template::parse(text);
  if (!parsed) {
    TemplateError& error = parsed.error();
    findings.errors.push_back(
        {rule, std::move(key), 0, text, error.offset, std::move(error.found), std::move(error.expected), std::move(error.hint)});
    return {};
  }
  add_needs(*parsed, findings.needs);
  return *std::move(parsed);
}

/// Only rules ask about descent.
class NoSurroundings final : public Surroundings {
 public:
  [[nodiscard]] bool descends_from(std::uint32_t) const override { return false; }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string&) const override { return std::nullopt; }
};

}  // namespace

tl::expected<RuleSet, std::vector<RuleError>> RuleSet::compile(const RuleBook& book) {
  RuleSet set;
  Findings findings;
  for (std::size_t i = 0; i < book.rules.size(); ++i) set.rules_.push_back(compile_rule(book.rules[i], i, findings));
  set.decision_needs_ = findings.needs;
  if (book.fallback) set.fallback_ = compile_template(*book.fallback, std::nullopt, "default", findings);
  if (!findings.errors.empty()) return tl::unexpected{std::move(findings.errors)};
  set.needs_ = std::move(findings.needs);
  set.questions_ = std::move(findings.questions);
  set.fallback_detail_ = book.fallback_detail;
  return set;
}

RuleSet::CompiledRule RuleSet::compile_rule(const Rule& rule, std::size_t index, Findings& findings) {
  CompiledRule compiled;
  compiled.name = compile_template(rule.name, index, "name", findings);
  compiled.match = CompiledMatch::compile(rule.match, index, "match", findings);
  compiled.exclude = CompiledMatch::compile(rule.exclude, index, "not", findings);
  compiled.captures = compiled.name.uses(Field::kMatches);
  for (const auto& [label, text] : rule.labels) {
    compiled.labels.emplace_back(label, compile_template(text, index, "labels." + label, findings));
    compiled.captures = compiled.captures || compiled.labels.back().second.uses(Field::kMatches);
  }
  compiled.detail = rule.detail;
  compiled.first_capture = rule.first_capture;
  if (!rule.first_capture.empty() && !rule.match.cmdline.empty()) {
    // A pattern that does not parse is among the findings already.
    if (auto pattern = Pattern::parse(rule.match.cmdline.front())) compiled.first_pattern = *std::move(pattern);
  }
  return compiled;
}

std::optional<std::string> RuleSet::CompiledRule::first_caught(Evaluation& subject) const {
  const auto line = subject.command_line();
  return line && first_pattern ? first_pattern->first_caught(*line) : std::nullopt;
}

bool RuleSet::CompiledRule::takes(Evaluation& subject) const {
  return match.all(subject) && !exclude.any(subject) && (!first_pattern || first_caught(subject));
}

Evaluation RuleSet::evaluation(const Subject& subject, const Surroundings& surroundings) const {
  return {subject, surroundings, questions_};
}

std::optional<Verdict> RuleSet::decide(const Subject& subject, const Surroundings& surroundings) const {
  Evaluation evaluation = this->evaluation(subject, surroundings);
  return decide(evaluation);
}

std::optional<Verdict> RuleSet::decide(Evaluation& subject) const {
  const auto taken = std::find_if(rules_.begin(), rules_.end(), [&](const CompiledRule& rule) { return rule.takes(subject); });
  if (taken == rules_.end()) return std::nullopt;

  Captures captures = taken->captures ? taken->match.captures(subject) : Captures{};
  if (taken->first_pattern) captures[taken->first_capture] = taken->first_caught(subject).value_or("");
  const SubjectFields fields{subject, captures};
  Verdict verdict{static_cast<std::size_t>(taken - rules_.begin()), taken->name.render(fields), {}, taken->detail};
  verdict.labels.reserve(taken->labels.size());
  for (const auto& [label, text] : taken->labels) verdict.labels.emplace_back(label, text.render(fields));
  return verdict;
}

std::optional<Verdict> RuleSet::fallback(const Subject& subject) const {
  if (!fallback_) return std::nullopt;
  const NoSurroundings nowhere;
  const Evaluation evaluation{subject, nowhere, {}};
  const Captures none;
  return Verdict{std::nullopt, fallback_->render(SubjectFields{evaluation, none}), {}, fallback_detail_};
}

}  // namespace procledger::rules
