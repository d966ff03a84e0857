// SPDX-License-Identifier: Apache-2.0
#include "core/rules/rule_set.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace procledger::rules {
namespace {

std::string text_of(std::optional<std::string_view> fact) { return std::string{fact.value_or("")}; }

std::string base_text(std::optional<std::string_view> path, std::string_view otherwise) {
  return std::string{path ? base_name(*path) : otherwise};
}

std::string user_text(const Subject& facts) { return facts.user ? std::string{*facts.user} : std::to_string(facts.uid); }

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

std::string SubjectFields::scalar(Field field) const {
  const Subject& facts = subject_.subject();
  switch (field) {
    case Field::kComm:
      return std::string{facts.comm};
    case Field::kExe:
      return text_of(facts.exe);
    case Field::kExeBase:
      return base_text(subject_.argv0(), facts.comm);
    case Field::kExeFull:
      return std::string{subject_.argv0().value_or(facts.comm)};
    case Field::kUsername:
      return user_text(facts);
    case Field::kPid:
      return std::to_string(facts.tgid);
    case Field::kStartTime:
      return facts.start_unix_ns ? start_time_text(*facts.start_unix_ns) : "";
    case Field::kCgroup:
      return text_of(facts.cgroup);
    case Field::kUnit:
      return text_of(facts.unit);
    case Field::kNamespace:
      return text_of(facts.namespace_name);
    case Field::kPod:
      return text_of(facts.pod);
    case Field::kContainer:
      return text_of(facts.container);
    case Field::kCgroups:
    case Field::kMatches:
      break;
  }
  return "";
}

std::vector<std::string> SubjectFields::slice(Field field) const {
  if (field != Field::kCgroups) return {};
  const auto paths = subject_.subject().cgroups;
  return {paths.begin(), paths.end()};
}

std::string start_time_text(std::uint64_t unix_ns) {
  using std::chrono::sys_days;
  constexpr std::uint64_t kCentisecondNs = 10'000'000;
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{unix_ns}};
  const sys_days day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};

  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string out = text.data();
  if (const auto hundredths = unix_ns / kCentisecondNs % 100; hundredths != 0) {  // Go leaves zeros at the end out
    out += '.';
    out += static_cast<char>('0' + hundredths / 10);
    if (hundredths % 10 != 0) out += static_cast<char>('0' + hundredths % 10);
  }
  return out + " +0000 UTC";
}

void add_needs(const Template& text, Needs& needs) {
  constexpr std::array kMadeOf{
      std::pair{Field::kComm, Fact::kComm},     std::pair{Field::kExe, Fact::kExe},
      std::pair{Field::kExeBase, Fact::kArgv0}, std::pair{Field::kExeBase, Fact::kComm},
      std::pair{Field::kExeFull, Fact::kArgv0}, std::pair{Field::kExeFull, Fact::kComm},
      std::pair{Field::kUsername, Fact::kUser}, std::pair{Field::kUsername, Fact::kUid},
      std::pair{Field::kPid, Fact::kTgid},      std::pair{Field::kStartTime, Fact::kStartTime},
      std::pair{Field::kCgroup, Fact::kCgroup}, std::pair{Field::kCgroups, Fact::kCgroups},
      std::pair{Field::kUnit, Fact::kUnit},     std::pair{Field::kNamespace, Fact::kNamespace},
      std::pair{Field::kPod, Fact::kPod},       std::pair{Field::kContainer, Fact::kContainer},
  };
  for (const auto& [field, fact] : kMadeOf) {
    if (text.uses(field)) needs.add(fact);
  }
}

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
