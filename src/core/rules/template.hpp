// SPDX-License-Identifier: Apache-2.0
// Templates for group names and label values, filled in from one process. Supported forms are text, {{.Field}}, {{.Matches.name}},
// {{index .Field N}}, and a whole slice or map, rendered like Go's text/template. The rest of Go's template language is an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "core/rules/rule.hpp"

namespace procledger::rules {

/// Named captures of all patterns that matched. "" is the last group without a name, or the whole match.
using Captures = std::map<std::string, std::string>;

enum class Field : std::uint8_t {
  kComm,
  kExe,      ///< path of the real executable
  kExeBase,  ///< base name of argv[0], else comm; as in process-exporter
  kExeFull,  ///< argv[0], else comm
  kUsername,
  kPid,
  kStartTime,  ///< "2026-11-21 09:07:50.92 +0000 UTC"
  kCgroup,     ///< path in the authoritative hierarchy
  kCgroups,    ///< slice: paths in all hierarchies
  kUnit,
  kNamespace,
  kPod,
  kContainer,
  kMatches,  ///< map
};

/// "ExeBase" for kExeBase.
[[nodiscard]] std::string_view field_name(Field field);

/// The values of the fields. Template::render reads them; RuleSet implements the interface over ProcessAttributes.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  [[nodiscard]] virtual std::string scalar(Field field) const = 0;              ///< every field except the slice and the map
  [[nodiscard]] virtual std::vector<std::string> slice(Field field) const = 0;  ///< kCgroups
  [[nodiscard]] virtual const Captures& captures() const = 0;
};

/// One parsed template. RuleSet owns the templates of its rules. Names are raw: grouping makes them safe.
class Template {
 public:
  static tl::expected<Template, SyntaxError> parse(std::string_view text);

  /// Fills in the fields. A missing capture gives "<no value>". An index beyond the slice ends the text, as in process-exporter.
  [[nodiscard]] std::string render(const FieldSource& source) const;

  [[nodiscard]] bool uses(Field field) const;
  /// The names x of all {{.Matches.x}}.
  [[nodiscard]] std::vector<std::string> captures() const;

 private:
  friend class TemplateParser;
  struct Text {
    std::string text;
  };
  struct Whole {
    Field field;
  };
  struct Capture {
    std::string name;
  };
  struct Indexed {
    Field field;
    std::size_t index;
  };
  using Part = std::variant<Text, Whole, Capture, Indexed>;
  std::vector<Part> parts_;
};

// Names of template fields; process-exporter's names where it has the field.

/// In the order of Field.
inline constexpr std::array<std::string_view, 14> kFieldNames{"Comm",      "Exe",       "ExeBase",   "ExeFull", "Username",
                                                              "PID",       "StartTime", "Cgroup",    "Cgroups", "Unit",
                                                              "Namespace", "Pod",       "Container", "Matches"};
static_assert(kFieldNames.size() == static_cast<std::size_t>(Field::kMatches) + 1);

[[nodiscard]] constexpr std::optional<Field> field_of(std::string_view name) {
  for (std::size_t i = 0; i < kFieldNames.size(); ++i) {
    if (kFieldNames[i] == name) return static_cast<Field>(i);
  }
  return std::nullopt;
}

}  // namespace procledger::rules
