// SPDX-License-Identifier: Apache-2.0
#include "sources/bpf/cpu_slots.hpp"

#include <unistd.h>

#include <cstring>

namespace procledger::bpf {
namespace {

constexpr int kReadAttempts = 8;

pl_slot copy(const pl_slot* from) {
  pl_slot slot{};
  const auto* words = reinterpret_cast<const volatile std::uint64_t*>(from);
  auto* out = reinterpret_cast<std::uint64_t*>(&slot);
  for (std::size_t i = 0; i < sizeof(slot) / sizeof(std::uint64_t); ++i) out[i] = words[i];
  return slot;
}

}  // namespace

Result<Slots> Slots::open(int map_fd, unsigned cpus) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t bytes = (cpus * sizeof(pl_slot) + page - 1) / page * page;
  auto mapping = Mapping::open(map_fd, bytes, PROT_READ, 0, "the CPU slots");
  if (!mapping) return tl::unexpected{mapping.error()};
  return Slots{std::move(*mapping), cpus};
}

// The writer takes no lock: two equal copies are one consistent state. On a CPU that switches faster than this loop copies, the last copy
// may mix two neighbouring states and be off by one slice. No sum is built from copies, so the error does not last.
pl_slot Slots::read(unsigned cpu) const {
  const pl_slot* at = reinterpret_cast<const pl_slot*>(mapping_.data()) + cpu;
  pl_slot slot = copy(at);
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    const pl_slot again = copy(at);
    const bool stable = std::memcmp(&slot, &again, sizeof(slot)) == 0;
    slot = again;
    if (stable) break;
  }
  return slot;
}

std::uint64_t Slots::idle_ns(std::uint64_t monotonic_ns) const {
  std::uint64_t sum = 0;
  for (unsigned cpu = 0; cpu < cpus_; ++cpu) sum += idle_until(read(cpu), monotonic_ns);
  return sum;
}

std::uint64_t Slots::switches() const {
  std::uint64_t sum = 0;
  for (unsigned cpu = 0; cpu < cpus_; ++cpu) sum += read(cpu).switches;
  return sum;
}

// Before the first switch `idle_since` is on CLOCK_MONOTONIC and the offset is 0.
std::uint64_t idle_until(const pl_slot& slot, std::uint64_t monotonic_ns) {
  if (slot.idle_since == 0) return slot.idle_ns;
  const std::uint64_t now = monotonic_ns + static_cast<std::uint64_t>(slot.offset);
  return slot.idle_ns + (now > slot.idle_since ? now - slot.idle_since : 0);
}

}  // namespace procledger::bpf
