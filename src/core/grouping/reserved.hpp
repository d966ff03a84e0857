// SPDX-License-Identifier: Apache-2.0
// Group names that only procledger gives. No process can talk itself into one of them.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace procledger::grouping {

inline constexpr std::string_view kKernelGroup = "(kernel)";              ///< kernel threads
inline constexpr std::string_view kUnattributedGroup = "(unattributed)";  ///< what lost its name on the way
inline constexpr std::string_view kOtherGroup = "(other)";                ///< what came when the limit of groups was reached
inline constexpr std::string_view kUnmatchedGroup = "(unmatched)";        ///< what no rule names

inline constexpr std::array kReservedGroups{kKernelGroup, kUnattributedGroup, kOtherGroup, kUnmatchedGroup};

[[nodiscard]] constexpr bool is_reserved(std::string_view name) {
  return std::find(kReservedGroups.begin(), kReservedGroups.end(), name) != kReservedGroups.end();
}

}  // namespace procledger::grouping
