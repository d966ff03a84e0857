// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "sources/bpf/ring_buffer.hpp"

namespace procledger::bpf {

/// Reads the per-CPU slots that the sched_switch program writes, without a system call. Owns the mapping of the map `slots`. BpfSource asks
/// for idle time and for the heartbeat.
class Slots {
 public:
  static Result<Slots> open(int map_fd, unsigned cpus);

  /// Idle time of all CPUs since load, up to `monotonic_ns` (CLOCK_MONOTONIC), open idle intervals included. Idle time of a CPU that comes
  /// online later counts from its first switch.
  [[nodiscard]] std::uint64_t idle_ns(std::uint64_t monotonic_ns) const;

  /// Context switches on all CPUs since load.
  [[nodiscard]] std::uint64_t switches() const;

 private:
  Slots(Mapping mapping, unsigned cpus) : mapping_{std::move(mapping)}, cpus_{cpus} {}
  [[nodiscard]] pl_slot read(unsigned cpu) const;

  Mapping mapping_;
  unsigned cpus_;
};

/// Idle time of one CPU since load, up to `monotonic_ns`.
[[nodiscard]] std::uint64_t idle_until(const pl_slot& slot, std::uint64_t monotonic_ns);

}  // namespace procledger::bpf
