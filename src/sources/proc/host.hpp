// SPDX-License-Identifier: Apache-2.0
// Facts about the host for the sources that scan /proc.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/proc/cgroup_ids.hpp"

namespace procledger::proc {

/// CLOCK_BOOTTIME now, rounded down to a tick. Start times in /proc come in whole ticks, so a process that starts in this tick counts as
/// started after the source.
[[nodiscard]] std::uint64_t whole_tick_now_ns();

/// Ids of cgroups in the authoritative hierarchy.
[[nodiscard]] CgroupIds host_cgroup_ids(const std::string& procfs);

/// The host's clocks as /proc shows them: idle time, without irq, softirq and steal time.
[[nodiscard]] Result<event::HostReading> host_reading(const procfs::ProcFs& proc);

}  // namespace procledger::proc
