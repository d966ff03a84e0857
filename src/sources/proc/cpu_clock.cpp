// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/cpu_clock.hpp"

#include <fcntl.h>

#include <ctime>

#include "host/procfs/file.hpp"
#include "host/procfs/task_stat.hpp"

namespace procledger::proc {

std::optional<std::uint64_t> KernelCpuClock::process_ns(std::uint32_t tgid) {
  constexpr std::uint32_t kScheduler = 2;  // include/linux/posix-timers.h: CPUCLOCK_SCHED, in ns; bit 2 clear: a process clock
  timespec used{};
  if (::clock_gettime(static_cast<clockid_t>(~tgid << 3 | kScheduler), &used) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(used.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(used.tv_nsec);
}

StatCpuClock::StatCpuClock(const std::string& procfs) : root_{::open(procfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)} {}

std::optional<std::uint64_t> StatCpuClock::process_ns(std::uint32_t tgid) {
  const procfs::ReadText text = reader_.read(root_.get(), (std::to_string(tgid) + "/stat").c_str());
  if (!text) return std::nullopt;
  const auto stat = procfs::parse_task_stat(text.text, procfs::user_hz());
  return stat ? std::optional{stat->user_ns + stat->system_ns} : std::nullopt;
}

}  // namespace procledger::proc
