// SPDX-License-Identifier: Apache-2.0
// The source `taskstats`: the kernel reports every start and exit over netlink, and scans of /proc read the living processes.
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
  /// Receive buffer, for exit records and for events each: 8 MiB hold the messages of at least 6,000 processes between two drains.
  std::uint32_t receive_bytes{8u << 20};
};

/// Opens the source. It listens until the returned object is destroyed.
/// @error kPermission: CAP_NET_ADMIN is missing.  kUnsupported: not in the host's user, pid and network namespace, or the kernel has no
///        taskstats or no proc connector. The message says what to do.
[[nodiscard]] Result<std::unique_ptr<event::Source>> open_taskstats_source(const Options& options);

/// Builds the source from a feed and a clock, for tests as well.
/// @error  as proc::open_proc_source
[[nodiscard]] Result<std::unique_ptr<event::Source>> assemble_source(const std::string& procfs, std::unique_ptr<NetlinkFeed> feed,
                                                                     std::unique_ptr<proc::CpuClock> clock);

}  // namespace procledger::taskstats
