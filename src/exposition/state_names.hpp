// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/event/observation.hpp"

namespace procledger::exposition {

/// The label value of a process state.
[[nodiscard]] constexpr std::string_view state_name(event::State state) {
  constexpr std::array<std::string_view, event::kStateCount> kNames{"running", "sleeping", "disk_sleep", "stopped",
                                                                    "zombie",  "idle",     "other"};
  const auto index = static_cast<std::size_t>(state);
  return index < kNames.size() ? kNames[index] : kNames.back();
}

}  // namespace procledger::exposition
