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

#include "core/rules/matcher.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/template.hpp"

namespace procledger::rules {

/// As Go writes a time.Time of UTC: "2026-11-21 09:07:50.92 +0000 UTC". In hundredths of a second, which /proc counts in: the same
/// process has the same name whoever saw it.
[[nodiscard]] std::string start_time_text(std::uint64_t unix_ns);

/// Adds the attributes that the template's fields are made of.
void add_required(const Template& text, RequiredAttributes& required);

/// What a rule, or the fallback, makes of a process. Texts are raw: they may be empty, reserved, long or no UTF-8.
struct RuleMatch {
  std::optional<std::size_t> rule;  ///< index into the RuleBook; absent: the fallback
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  ///< in the rule's order
  SeriesOptions series;
  bool operator==(const RuleMatch&) const = default;
};

class RuleSet {
 public:
  /// All errors, in the order of the rules; never an empty list.
  /// @param patterns  that the book's file was checked with: what it knows is not compiled again
  static tl::expected<RuleSet, std::vector<RuleError>> compile(const RuleBook& book, PatternCompiler& patterns);
  static tl::expected<RuleSet, std::vector<RuleError>> compile(const RuleBook& book);

  /// By the first rule that matches; absent if none does.
  /// @param process  made with our required attributes, or more
  [[nodiscard]] std::optional<RuleMatch> match(ProcessAttributes& process) const;

  /// For a process that no rule takes and that inherits nothing; absent if such are left out.
  [[nodiscard]] std::optional<RuleMatch> fallback(ProcessAttributes& process) const;

  /// Of all rules and the fallback.
  [[nodiscard]] const RequiredAttributes& required() const { return required_; }
  /// Of the rules alone: what match() may ask for.
  [[nodiscard]] const RequiredAttributes& required_to_match() const { return required_to_match_; }

  [[nodiscard]] std::size_t size() const { return rules_.size(); }

 private:
  struct CompiledRule {
    CompiledMatch match;
    CompiledMatch exclude;
    Template name;
    std::vector<std::pair<std::string, Template>> labels;
    bool captures{};  ///< some template wants them
    std::string first_capture;
    std::optional<Pattern> first_pattern;  ///< whose first capture that is

    [[nodiscard]] bool takes(ProcessAttributes& process) const;
    [[nodiscard]] std::optional<std::string> first_caught(ProcessAttributes& process) const;
    SeriesOptions series;
  };

  RuleSet() = default;
  static CompiledRule compile_rule(const Rule& rule, std::size_t index, Findings& findings);

  std::vector<CompiledRule> rules_;
  std::optional<Template> fallback_;
  SeriesOptions fallback_series_;
  RequiredAttributes required_;
  RequiredAttributes required_to_match_;
};

}  // namespace procledger::rules
