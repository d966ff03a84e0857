// SPDX-License-Identifier: Apache-2.0
// The conditions of one `match` or `not`, compiled. Cheap conditions come first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "core/rules/pattern.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule.hpp"
#include "core/rules/template.hpp"

namespace procledger::rules {

struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
  [[nodiscard]] std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Strings of a configuration, with lookup by view.
using StringSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

// Conditions: one key of a `match`, compiled. An unknown attribute satisfies no condition.

struct CommIs {
  StringSet names;
  [[nodiscard]] bool holds(ProcessAttributes& process) const { return names.contains(process.comm()); }
};

struct UserIs {
  StringSet names;
  std::vector<std::uint32_t> uids;  ///< sorted
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

struct ParentIs {
  std::vector<std::uint32_t> tgids;  ///< sorted
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

struct Argv0Is {
  StringSet base_names;
  StringSet whole;
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

/// A getter of ProcessAttributes.
using TextAttribute = std::optional<std::string_view> (ProcessAttributes::*)();

/// At least one of the globs matches the text.
struct TextMatches {
  TextAttribute text;
  std::vector<Glob> globs;
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

struct VariableIs {
  std::string name;
  std::variant<std::monostate, std::string, Pattern> wanted;  ///< monostate: must not be set
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

struct Descends {
  std::vector<std::size_t> questions;
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

struct CommandLineMatches {
  Pattern pattern;
  [[nodiscard]] bool holds(ProcessAttributes& process) const;
};

using Condition = std::variant<CommIs, UserIs, ParentIs, Argv0Is, TextMatches, VariableIs, Descends, CommandLineMatches>;

/// Collects the required attributes and the errors of a whole configuration while RuleSet compiles it.
struct Findings {
  PatternCompiler& patterns;
  RequiredAttributes required;
  std::vector<RuleError> errors;
};

/// One `match` or `not`, compiled: the conditions that a process must meet. RuleSet owns two per rule.
class CompiledMatch {
 public:
  /// Appends errors and required attributes to `findings`. After an error the result must not be used.
  /// @param rule, key  place of `match` for errors; the key is "match" or "not"
  static CompiledMatch compile(const Match& match, std::size_t rule, const std::string& key, Findings& findings);

  /// Whether all conditions hold: at least one item of every key; for the command line and the environment, every item.
  [[nodiscard]] bool all(ProcessAttributes& process) const;
  /// Whether at least one condition holds.
  [[nodiscard]] bool any(ProcessAttributes& process) const;
  /// The captures of all patterns over the command line. Of two captures with one name, the later counts.
  [[nodiscard]] Captures captures(ProcessAttributes& process) const;

 private:
  friend class MatchCompiler;
  std::vector<Condition> conditions_;  ///< one per key; one per item where all items must hold
};

}  // namespace procledger::rules
