// SPDX-License-Identifier: Apache-2.0
// The own usage of a process, without the usage of reaped children.
#pragma once

#include <optional>

#include "commands/stats/reading.hpp"
#include "core/event/observation.hpp"

namespace procledger::stats {

/// The own usage of a process, since its start or between two readings.
struct Own {
  Cpu cpu;
  std::optional<Io> io;  ///< absent: cannot be read
  Switches switches;
};

/// The own usage since the start of the process, from one reading. CPU time is exact. I/O is that of the process as long as the process has
/// reaped no child, else that of the living threads. Switches are those of the living threads.
[[nodiscard]] Own own_of(const Reading& reading);

/// The own usage between two readings of the same process. Usage of reaped children is never part of it.
/// @param exact  the usage from a source that followed every thread in that time. Without it, I/O is as above, and the usage of threads
///               that exited between the readings is known only up to the first reading.
[[nodiscard]] Own growth(const Reading& before, const Reading& after, const std::optional<event::TaskCounters>& exact);

}  // namespace procledger::stats
