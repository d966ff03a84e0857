// SPDX-License-Identifier: Apache-2.0
// What one key of a match asks, compiled. A fact that is not known satisfies nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/rules/glob.hpp"
#include "core/rules/match_context.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/string_set.hpp"

namespace procledger::rules {

struct CommIs {
  StringSet names;
  [[nodiscard]] bool holds(Evaluation& subject) const { return names.contains(subject.subject().comm); }
};

struct UserIs {
  StringSet names;
  std::vector<std::uint32_t> uids;  ///< sorted
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

struct ParentIs {
  std::vector<std::uint32_t> tgids;  ///< sorted
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

struct Argv0Is {
  StringSet base_names;
  StringSet whole;
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

/// Any of some globs takes a text.
struct TextMatches {
  std::optional<std::string_view> Subject::* text;
  std::vector<Glob> globs;
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

struct VariableIs {
  std::string name;
  std::variant<std::monostate, std::string, Pattern> wanted;  ///< monostate: must not be set
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

struct Descends {
  std::vector<std::size_t> questions;
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

struct CommandLineMatches {
  Pattern pattern;
  [[nodiscard]] bool holds(Evaluation& subject) const;
};

using Condition = std::variant<CommIs, UserIs, ParentIs, Argv0Is, TextMatches, VariableIs, Descends, CommandLineMatches>;

}  // namespace procledger::rules
