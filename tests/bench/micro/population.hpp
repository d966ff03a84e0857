// SPDX-License-Identifier: Apache-2.0
// The tasks of a host, as a source reports them: single-threaded processes with a hundred names, half of them running.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/event/observation.hpp"

namespace procledger::bench {

inline constexpr std::uint64_t kSecondNs = 1'000'000'000;

/// Handles have the distance of a task_struct, as in a slab of the kernel.
[[nodiscard]] inline event::Observation some_process(std::uint32_t tgid, std::uint64_t start_boottime_ns) {
  constexpr std::uint64_t kSlab = 0xffff'8881'0000'0000;
  event::Observation seen;
  seen.task = {kSlab + std::uint64_t{tgid} * 10'240, start_boottime_ns};
  seen.process = {kSlab + std::uint64_t{tgid} * 1'216, tgid};
  seen.parent = event::ProcessId{kSlab, 1};
  seen.total = {.cpu_ns = std::uint64_t{tgid} * 1'000'003, .user_ticks_ns = 8'000'000, .system_ticks_ns = 4'000'000};
  seen.cgroup_id = 42 + tgid % 20;
  seen.tid = tgid;
  seen.uid = tgid % 5 * 1000;
  seen.live_threads = 1;
  seen.state = event::State::kSleeping;
  seen.leader = true;
  seen.comm = event::Comm{"worker" + std::to_string(tgid % 100)};
  return seen;
}

[[nodiscard]] inline std::vector<event::Observation> some_processes(std::uint32_t count) {
  std::vector<event::Observation> tasks;
  tasks.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) tasks.push_back(some_process(2 + i, kSecondNs + i));
  return tasks;
}

/// Lets a second pass in which every second process runs.
inline void work(std::vector<event::Observation>& tasks) {
  for (std::size_t i = 0; i < tasks.size(); i += 2) {
    tasks[i].total.cpu_ns += 1'234'567;
    tasks[i].total.user_ticks_ns += 4'000'000;
  }
}

}  // namespace procledger::bench
