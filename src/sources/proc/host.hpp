// SPDX-License-Identifier: Apache-2.0
// What every source that looks at /proc needs of the host.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "core/event/host.hpp"
#include "host/procfs/proc_fs.hpp"
#include "sources/proc/cgroup_ids.hpp"

namespace procledger::proc {

/// CLOCK_BOOTTIME now, as the beginning of its tick: births come in whole ticks, and who was born in this one counts from his first
/// nanosecond.
[[nodiscard]] std::uint64_t whole_tick_now_ns();

/// Of the hierarchy that counts.
[[nodiscard]] CgroupIds host_cgroup_ids(const std::string& procfs);

/// The host's clocks as far as /proc tells them: what it keeps apart beside idle time is not known.
[[nodiscard]] Result<event::HostReading> host_reading(const procfs::ProcFs& proc);

}  // namespace procledger::proc
