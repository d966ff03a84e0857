// SPDX-License-Identifier: Apache-2.0
// The keys of one `match` or `not`, compiled; cheap ones first.
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

/// Strings of a configuration; a view finds them.
using StringSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

// What one key of a match asks, compiled. An attribute that is not known satisfies nothing.

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

/// Any of some globs takes a text.
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

/// What comes together while a whole configuration is compiled.
struct Findings {
  PatternCompiler& patterns;
  RequiredAttributes required;
  std::vector<RuleError> errors;
};

class CompiledMatch {
 public:
  /// `key` ("match", "not") and `rule` are where an error is said to stand. After an error the result must not be used.
  static CompiledMatch compile(const Match& match, std::size_t rule, const std::string& key, Findings& findings);

  /// Every key holds, by any of its items; of the command line and the environment all items.
  [[nodiscard]] bool all(ProcessAttributes& process) const;
  /// Some item of some key holds.
  [[nodiscard]] bool any(ProcessAttributes& process) const;
  /// What the groups of all patterns over the command line caught; where two have one name, the later.
  [[nodiscard]] Captures captures(ProcessAttributes& process) const;

 private:
  friend class MatchCompiler;
  std::vector<Condition> conditions_;  ///< one a key, but one an item where all items have to hold
};

}  // namespace procledger::rules
