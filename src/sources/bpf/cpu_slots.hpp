// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "sources/bpf/ring_buffer.hpp"

namespace procledger::bpf {

/// The per-CPU slots that sched_switch writes, read without a system call.
class Slots {
 public:
  static Result<Slots> open(int map_fd, unsigned cpus);

  /// Time that all CPUs have spent idle since the programs were loaded, intervals under way included.
  [[nodiscard]] std::uint64_t idle_ns(std::uint64_t monotonic_ns) const;

  /// Context switches seen on all CPUs.
  [[nodiscard]] std::uint64_t switches() const;

 private:
  Slots(Mapping mapping, unsigned cpus) : mapping_{std::move(mapping)}, cpus_{cpus} {}
  [[nodiscard]] pl_slot read(unsigned cpu) const;

  Mapping mapping_;
  unsigned cpus_;
};

/// Idle time of one CPU at `monotonic_ns`.
[[nodiscard]] std::uint64_t idle_until(const pl_slot& slot, std::uint64_t monotonic_ns);

}  // namespace procledger::bpf
