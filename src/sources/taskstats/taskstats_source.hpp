// SPDX-License-Identifier: Apache-2.0
// The source between eBPF and looking only: every birth and every end is told by the kernel, the living are looked at in /proc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/event/source.hpp"
#include "sources/proc/cpu_clock.hpp"
#include "sources/taskstats/netlink_feed.hpp"

namespace procledger::taskstats {

struct Options {
  std::string procfs{"/proc"};
  /// What may wait in the kernel, for exit records and for events each: between two drains 8 MiB hold at least 6,000 lives.
  std::uint32_t receive_bytes{8u << 20};
};

/// Listens as long as the returned object lives.
/// @error kPermission: CAP_NET_ADMIN is missing.  kUnsupported: not in the host's user, pid and network namespace, or the kernel has no
///        taskstats or no proc connector. The message says what to do.
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_taskstats_source(const Options& options);

/// Of parts that are there already.
/// @error  as proc::open_proc_source
[[nodiscard]] Result<std::unique_ptr<event::Source>> assemble_source(const std::string& procfs, std::unique_ptr<Feed> feed,
                                                                     std::unique_ptr<proc::CpuClock> clock);

}  // namespace procledger::taskstats
