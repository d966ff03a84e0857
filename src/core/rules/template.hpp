// SPDX-License-Identifier: Apache-2.0
// Names of groups made of what is known of a process. A list of forms, not a language: text, {{.Field}}, {{.Matches.name}},
// {{index .Field N}}, and a whole slice or map, rendered as Go's text/template renders them.
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

/// Named captures of every pattern that matched; "" is the last unnamed group or the whole match.
using Captures = std::map<std::string, std::string>;

enum class Field : std::uint8_t {
  kComm,
  kExe,      ///< path of the real executable
  kExeBase,  ///< base name of argv[0], comm where there is none: what process-exporter calls so
  kExeFull,  ///< argv[0], comm where there is none
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

/// What fields stand for. A view is valid during a rendering.
class FieldSource {
 public:
  virtual ~FieldSource() = default;
  [[nodiscard]] virtual std::string scalar(Field field) const = 0;              ///< all but the slice and the map
  [[nodiscard]] virtual std::vector<std::string> slice(Field field) const = 0;  ///< kCgroups
  [[nodiscard]] virtual const Captures& captures() const = 0;
};

class Template {
 public:
  static tl::expected<Template, SyntaxError> parse(std::string_view text);

  /// A capture that does not exist is "<no value>"; an index beyond the slice ends the text there, as process-exporter does.
  [[nodiscard]] std::string render(const FieldSource& source) const;

  [[nodiscard]] bool uses(Field field) const;
  /// Names that {{.Matches.x}} asks for.
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

// Names of template fields, as process-exporter writes them where it has them.

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
