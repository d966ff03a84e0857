// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/own_usage.hpp"

namespace procledger::stats {
namespace {

// The total is exact to the nanosecond; user and system time are whole ticks at best, so a short growth may fall into one mode only.
Cpu cpu_growth(const Cpu& before, const Cpu& after) {
  const std::uint64_t total = beyond(after.total_ns(), before.total_ns());
  const std::uint64_t user = beyond(after.user_ns, before.user_ns);
  const std::uint64_t system = beyond(after.system_ns, before.system_ns);
  if (user + system == 0) return {.user_ns = total, .system_ns = 0};
  const double share = static_cast<double>(user) / static_cast<double>(user + system);
  const auto part = static_cast<std::uint64_t>(static_cast<double>(total) * share);
  return {.user_ns = part, .system_ns = total - part};
}

const ThreadReading* find(const Reading& reading, std::uint32_t tid, std::uint64_t start_boottime_ns) {
  const auto at = reading.by_thread.find(tid);
  return at != reading.by_thread.end() && at->second.start_boottime_ns == start_boottime_ns ? &at->second : nullptr;
}

/// Sums over the living threads, less their values in `before`.
struct ThreadSums {
  std::optional<Io> io;  ///< absent: the I/O of at least one thread cannot be read
  Switches switches;
};

// A thread that calls exec takes the leader's TID and start time. Its values may then be lower than the leader's, and count as 0 growth.
ThreadSums beyond(const Reading& now, const Reading* before) {
  ThreadSums sums{.io = Io{}, .switches = {}};
  for (const auto& [tid, thread] : now.by_thread) {
    const ThreadReading* earlier = before != nullptr ? find(*before, tid, thread.start_boottime_ns) : nullptr;
    const ThreadReading less = earlier != nullptr ? *earlier : ThreadReading{};
    sums.switches += stats::beyond(thread.switches, less.switches);
    if (!thread.io) sums.io.reset();
    if (sums.io) *sums.io += stats::beyond(*thread.io, less.io.value_or(Io{}));
  }
  return sums;
}

}  // namespace

Own own_of(const Reading& reading) {
  const ThreadSums living = beyond(reading, nullptr);
  return {.cpu = reading.cpu, .io = reading.reaped_children ? living.io : reading.with_children, .switches = living.switches};
}

Own growth(const Reading& before, const Reading& after, const std::optional<event::TaskCounters>& exact) {
  const Cpu cpu = cpu_growth(before.cpu, after.cpu);
  if (exact) {
    return {.cpu = cpu,
            .io = Io{.read_calls = exact->call_reads,
                     .write_calls = exact->call_writes,
                     .read_bytes = exact->storage_read_bytes,
                     .written_bytes = exact->storage_written_bytes},
            .switches = {.voluntary = exact->voluntary_switches, .involuntary = exact->involuntary_switches}};
  }
  const ThreadSums living = beyond(after, &before);
  Own grown{.cpu = cpu, .io = living.io, .switches = living.switches};
  if (!after.reaped_children && before.with_children && after.with_children) {
    grown.io = beyond(*after.with_children, *before.with_children);
  }
  return grown;
}

}  // namespace procledger::stats
