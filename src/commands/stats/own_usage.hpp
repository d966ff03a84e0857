// SPDX-License-Identifier: Apache-2.0
// What a process used itself, apart from what its children left to it.
#pragma once

#include <optional>

#include "commands/stats/reading.hpp"
#include "core/event/observation.hpp"

namespace procledger::stats {

/// Since its birth, as far as it can be known.
struct Own {
  Cpu cpu;
  std::optional<Io> io;
  Switches switches;
};

/// What one reading tells. I/O: that of the process as long as it has reaped nobody, else that of its living threads. Switches: those of
/// its living threads. CPU time is exact.
[[nodiscard]] Own own_of(const Reading& reading);

/// What was used between two readings of the same process.
/// @param exact  what somebody who followed every thread saw in that time; without, I/O is as above, and of threads that have ended
///               meanwhile only what the first reading showed is known. Never anything that was reaped.
[[nodiscard]] Own growth(const Reading& before, const Reading& after, const std::optional<event::Totals>& exact);

}  // namespace procledger::stats
