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

std::string text_of(std::optional<std::string_view> attribute) { return std::string{attribute.value_or("")}; }

std::string base_text(std::optional<std::string_view> path, std::string_view otherwise) {
  return std::string{path ? base_name(*path) : otherwise};
}

/// Compiles a template, and adds an error to the findings. After an error the template is empty.
Template compile_template(const std::string& text, std::optional<std::size_t> rule, std::string key, Findings& findings) {
  auto parsed = Template::parse(text);
  if (!parsed) {
    findings.errors.push_back({rule, std::move(key), 0, text, std::move(parsed).error()});
    return {};
  }
  add_required(*parsed, findings.required);
  return *std::move(parsed);
}

/// The values of template fields for one process. An unknown attribute gives an empty text.
class AttributeFields final : public FieldSource {
 public:
  AttributeFields(ProcessAttributes& process, const Captures& captures) : process_{process}, captures_{captures} {}

  [[nodiscard]] std::string scalar(Field field) const override;
  [[nodiscard]] std::vector<std::string> slice(Field field) const override {
    return field == Field::kCgroups ? process_.cgroups() : std::vector<std::string>{};
  }
  [[nodiscard]] const Captures& captures() const override { return captures_; }

 private:
  ProcessAttributes& process_;
  const Captures& captures_;
};

std::string AttributeFields::scalar(Field field) const {
  switch (field) {
    case Field::kComm:
      return std::string{process_.comm()};
    case Field::kExe:
      return text_of(process_.exe());
    case Field::kExeBase:
      return base_text(process_.argv0(), process_.comm());
    case Field::kExeFull:
      return std::string{process_.argv0().value_or(process_.comm())};
    case Field::kUsername:
      return std::string{process_.user()};
    case Field::kPid:
      return std::to_string(process_.tgid());
    case Field::kStartTime:
      return start_time_text(process_.start_unix_ns());
    case Field::kCgroup:
      return text_of(process_.cgroup());
    case Field::kUnit:
      return text_of(process_.unit());
    case Field::kNamespace:
      return text_of(process_.namespace_name());
    case Field::kPod:
      return text_of(process_.pod());
    case Field::kContainer:
      return text_of(process_.container());
    case Field::kCgroups:
    case Field::kMatches:
      break;
  }
  return "";
}

}  // namespace

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
  if (const auto hundredths = unix_ns / kCentisecondNs % 100; hundredths != 0) {  // Go omits trailing zeros
    out += '.';
    out += static_cast<char>('0' + hundredths / 10);
    if (hundredths % 10 != 0) out += static_cast<char>('0' + hundredths % 10);
  }
  return out + " +0000 UTC";
}

void add_required(const Template& text, RequiredAttributes& required) {
  constexpr std::array kMadeOf{
      std::pair{Field::kComm, Attribute::kComm},     std::pair{Field::kExe, Attribute::kExe},
      std::pair{Field::kExeBase, Attribute::kArgv0}, std::pair{Field::kExeBase, Attribute::kComm},
      std::pair{Field::kExeFull, Attribute::kArgv0}, std::pair{Field::kExeFull, Attribute::kComm},
      std::pair{Field::kUsername, Attribute::kUser}, std::pair{Field::kUsername, Attribute::kUid},
      std::pair{Field::kPid, Attribute::kTgid},      std::pair{Field::kStartTime, Attribute::kStartTime},
      std::pair{Field::kCgroup, Attribute::kCgroup}, std::pair{Field::kCgroups, Attribute::kCgroups},
      std::pair{Field::kUnit, Attribute::kUnit},     std::pair{Field::kNamespace, Attribute::kNamespace},
      std::pair{Field::kPod, Attribute::kPod},       std::pair{Field::kContainer, Attribute::kContainer},
  };
  for (const auto& [field, attribute] : kMadeOf) {
    if (text.uses(field)) required.add(attribute);
  }
}

tl::expected<RuleSet, std::vector<RuleError>> RuleSet::compile(const RuleBook& book) {
  PatternCompiler patterns;
  return compile(book, patterns);
}

tl::expected<RuleSet, std::vector<RuleError>> RuleSet::compile(const RuleBook& book, PatternCompiler& patterns) {
  RuleSet set;
  Findings findings{patterns, {}, {}};
  for (std::size_t i = 0; i < book.rules.size(); ++i) set.rules_.push_back(compile_rule(book.rules[i], i, findings));
  set.required_to_match_ = findings.required;
  if (book.fallback) set.fallback_ = compile_template(*book.fallback, std::nullopt, "default", findings);
  if (!findings.errors.empty()) return tl::unexpected{std::move(findings.errors)};
  set.required_ = std::move(findings.required);
  set.fallback_series_ = book.fallback_series;
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
  compiled.series = rule.series;
  compiled.first_capture = rule.first_capture;
  if (!rule.first_capture.empty() && !rule.match.cmdline.empty()) {
    // For a pattern with an error, the findings have the error already.
    if (const auto& pattern = findings.patterns.regex(rule.match.cmdline.front())) compiled.first_pattern = *pattern;
  }
  return compiled;
}

std::optional<std::string> RuleSet::CompiledRule::first_caught(ProcessAttributes& process) const {
  const auto line = process.command_line();
  return line && first_pattern ? first_pattern->first_caught(*line) : std::nullopt;
}

bool RuleSet::CompiledRule::takes(ProcessAttributes& process) const {
  return match.all(process) && !exclude.any(process) && (!first_pattern || first_caught(process));
}

std::optional<RuleMatch> RuleSet::match(ProcessAttributes& process) const {
  const auto taken = std::find_if(rules_.begin(), rules_.end(), [&](const CompiledRule& rule) { return rule.takes(process); });
  if (taken == rules_.end()) return std::nullopt;

  Captures captures = taken->captures ? taken->match.captures(process) : Captures{};
  if (taken->first_pattern) captures[taken->first_capture] = taken->first_caught(process).value_or("");
  const AttributeFields fields{process, captures};
  RuleMatch match{static_cast<std::size_t>(taken - rules_.begin()), taken->name.render(fields), {}, taken->series};
  match.labels.reserve(taken->labels.size());
  for (const auto& [label, text] : taken->labels) match.labels.emplace_back(label, text.render(fields));
  return match;
}

std::optional<RuleMatch> RuleSet::fallback(ProcessAttributes& process) const {
  if (!fallback_) return std::nullopt;
  const Captures none;
  return RuleMatch{std::nullopt, fallback_->render(AttributeFields{process, none}), {}, fallback_series_};
}

}  // namespace procledger::rules
