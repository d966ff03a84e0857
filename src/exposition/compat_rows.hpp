// SPDX-License-Identifier: Apache-2.0
// Samples of process-exporter's group metrics. Internal to its model.
#pragma once

#include "core/event/host.hpp"
#include "exposition/compat_group.hpp"
#include "exposition/family_builder.hpp"

namespace procledger::exposition {

/// What groups used. Storage only where the kernel keeps it.
void add_compat_counters(ModelBuilder& out, const CompatGroups& groups, const event::KernelFacts& kernel);

/// What groups are and hold. An empty one holds 0 of everything, and has no oldest process.
void add_compat_gauges(ModelBuilder& out, const CompatGroups& groups, bool proportional);

/// By thread name.
void add_compat_threads(ModelBuilder& out, const CompatGroups& groups, const event::KernelFacts& kernel);

}  // namespace procledger::exposition
