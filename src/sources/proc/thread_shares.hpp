// SPDX-License-Identifier: Apache-2.0
// Reconciles the totals of threads with the totals of their process: usage that a thread shows counts once, and usage that no thread shows
// is the rest of the process. Pure.
#pragma once

#include <cstdint>
#include <span>

#include "core/event/observation.hpp"

namespace procledger::proc {

/// One thread in a scan.
struct Share {
  event::TaskCounters emitted;  ///< totals as last emitted
  event::TaskCounters now;      ///< in: totals in /proc; out: totals to emit
};

/// Totals that the kernel keeps per process, exited threads included: CPU time, ticks, page faults. All other values are 0.
using ProcessSums = event::TaskCounters;

/// Sets `now` of each share to the totals to emit, and adds to `rest` the usage of the process beyond its threads. No total decreases. For
/// each value of ProcessSums, threads, ended threads and rest together reach exactly the sum. When threads show more than the sum, the
/// excess is held back for a later scan: either the sum was read first, or an exec gave one thread another's TID and its usage would count
/// twice.
/// @param ended  totals that were emitted for threads that are gone
void share_out(const ProcessSums& sums, std::span<Share> threads, const event::TaskCounters& ended, event::TaskCounters& rest);

}  // namespace procledger::proc
