// SPDX-License-Identifier: Apache-2.0
// The rules of a configuration, compiled once. Finds the rule that matches a process.
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

/// A start time, like Go prints a time.Time in UTC: "2026-11-21 09:07:50.92 +0000 UTC". Precision is a hundredth of a second, the clock
/// tick of /proc, so that a process has the same name with every source.
[[nodiscard]] std::string start_time_text(std::uint64_t unix_ns);

/// Adds the attributes that the fields of the template need.
void add_required(const Template& text, RequiredAttributes& required);

/// The group of a process by a rule or the fallback. Texts are raw: they may be empty, reserved, long or invalid UTF-8.
struct RuleMatch {
  std::optional<std::size_t> rule;  ///< index into the RuleBook; absent: the fallback
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;  ///< in the rule's order
  SeriesOptions series;
  bool operator==(const RuleMatch&) const = default;
};

/// Matches processes against compiled rules. Owns the rules. MatchCache calls `match`, Grouping calls `fallback`. Does not inherit groups,
/// make names safe or limit groups; Grouping does. Immutable, safe to use from several threads.
class RuleSet {
 public:
  /// @param patterns  the compiler that checked the file of the book: known patterns are not compiled again
  /// @error  all errors in the order of the rules; never an empty list
  static tl::expected<RuleSet, std::vector<RuleError>> compile(const RuleBook& book, PatternCompiler& patterns);
  static tl::expected<RuleSet, std::vector<RuleError>> compile(const RuleBook& book);

  /// The result of the first matching rule; absent if no rule matches.
  /// @param process  must have at least our required attributes
  [[nodiscard]] std::optional<RuleMatch> match(ProcessAttributes& process) const;

  /// The result for a process that no rule matches and that inherits no group; absent if the configuration leaves such processes out.
  [[nodiscard]] std::optional<RuleMatch> fallback(ProcessAttributes& process) const;

  /// Attributes that the rules and the fallback may ask for.
  [[nodiscard]] const RequiredAttributes& required() const { return required_; }
  /// Attributes that the rules alone may ask for.
  [[nodiscard]] const RequiredAttributes& required_to_match() const { return required_to_match_; }

  [[nodiscard]] std::size_t size() const { return rules_.size(); }

 private:
  struct CompiledRule {
    CompiledMatch match;
    CompiledMatch exclude;
    Template name;
    std::vector<std::pair<std::string, Template>> labels;
    bool captures{};  ///< a template of the rule uses captures
    std::string first_capture;
    std::optional<Pattern> first_pattern;  ///< the pattern of `first_capture`

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
