// SPDX-License-Identifier: Apache-2.0
// Names of template fields, as process-exporter writes them where it has them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/rules/template.hpp"

namespace procledger::rules {

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
