// SPDX-License-Identifier: Apache-2.0
// Units of systemd as they stand in paths of cgroups.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace procledger::container {

enum class UnitKind : std::uint8_t {
  kNone,
  kSlice,      ///< holds other units
  kProcesses,  ///< a service or a scope
};

struct UnitName {
  UnitKind kind{UnitKind::kNone};
  std::string_view name;  ///< as systemd knows it: escaped
};

/// The unit that a directory of this name belongs to, if it is one.
[[nodiscard]] UnitName unit_of(std::string_view component);

/// With \xHH replaced by its byte. What is no printable character, and what would be a path, stays escaped.
[[nodiscard]] std::string unescaped_unit(std::string_view name);

}  // namespace procledger::container
