// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/host.hpp"

#include <unistd.h>

#include "base/clock.hpp"
#include "host/procfs/file.hpp"

namespace procledger::proc {

std::uint64_t whole_tick_now_ns() {
  const std::uint64_t tick_ns = 1'000'000'000 / procfs::user_hz();
  return static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME)) / tick_ns * tick_ns;
}

CgroupIds host_cgroup_ids(const std::string& procfs) {
  const auto setup = procfs::ProcFs{procfs}.cgroup_setup();
  return CgroupIds{setup && setup->cpuacct_in_v1 ? "cpuacct" : "", procfs::read_file(procfs + "/self/mountinfo").value_or("")};
}

Result<event::HostReading> host_reading(const procfs::ProcFs& proc) {
  const auto times = proc.cpu_times();
  if (!times) return tl::unexpected{times.error()};
  event::HostReading reading;
  reading.monotonic_ns = static_cast<std::uint64_t>(read_clock_ns(CLOCK_MONOTONIC));
  reading.cpus = static_cast<std::uint32_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  reading.idle_ns = times->idle_ns;
  return reading;
}

}  // namespace procledger::proc
