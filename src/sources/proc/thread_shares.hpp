// SPDX-License-Identifier: Apache-2.0
// A process's sum, as far as the kernel keeps one, shared out to its threads: what they show counts once, what nobody shows is the rest.
// Pure.
#pragma once

#include <cstdint>
#include <span>

#include "core/event/observation.hpp"

namespace procledger::proc {

/// One thread in a look.
struct Share {
  event::Totals told;  ///< before
  event::Totals now;   ///< as the kernel shows it; becomes what is to be told
};

/// The sums of a process that the kernel keeps over all its threads, the dead ones too: CPU time, its ticks, faults. Other figures are 0.
using ProcessSums = event::Totals;

/// Makes `now` of each share what to tell of the thread, and adds to `rest` what the process used beyond them. Nothing falls, and what is
/// told of a figure that has a sum grows to exactly that sum. Where threads show more than the process has, what they have too much is
/// told later: the sum was read first; or exec gave one thread another's place, and it would count twice.
/// @param ended  told of threads that are gone
void share_out(const ProcessSums& sums, std::span<Share> threads, const event::Totals& ended, event::Totals& rest);

}  // namespace procledger::proc
