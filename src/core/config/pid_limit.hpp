// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace procledger::config {

/// No process has a higher number: PID_MAX_LIMIT, include/linux/threads.h.
inline constexpr std::uint32_t kMaxPid = 4'194'304;

}  // namespace procledger::config
