// SPDX-License-Identifier: Apache-2.0
// Metrics of groups beside CPU time and processes: what they used, what they reaped, what they hold.
#pragma once

#include "core/event/host.hpp"
#include "exposition/group_rows.hpp"

namespace procledger::exposition {

/// Waiting, switches, faults, storage and calls. Only what `kernel` keeps.
void add_usage(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel);

/// What members reaped, and what the kernel credited them with for it.
void add_children(ModelBuilder& out, const GroupRows& rows, const event::KernelFacts& kernel);

/// Zombies, thread states, memory and files of the living.
void add_holdings(ModelBuilder& out, const GroupRows& rows);

/// What the slow lane found. Nothing of it is there unless it was asked for.
void add_slow_figures(ModelBuilder& out, const GroupRows& rows);

}  // namespace procledger::exposition
