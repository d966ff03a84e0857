// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"

namespace procledger::proc {

/// CPU time of other processes. The source owns one; the scanner asks it for every process in every scan.
class CpuClock {
 public:
  virtual ~CpuClock() = default;

  /// CPU time of all threads of a process, exited threads included. Works for zombies. Up to a tick late while the process runs.
  /// @return  absent: no such process
  [[nodiscard]] virtual std::optional<std::uint64_t> process_ns(std::uint32_t tgid) = 0;

  /// Whether the clock has nanosecond resolution: a process whose clock has not moved has not run.
  [[nodiscard]] virtual bool exact() const { return true; }
};

/// The kernel's process CPU clock: 0.33 us a call, no rights needed. PIDs are those of the caller's pid namespace.
/// @source kernel/time/posix-cpu-timers.c:posix_cpu_clock_get
class KernelCpuClock final : public CpuClock {
 public:
  [[nodiscard]] std::optional<std::uint64_t> process_ns(std::uint32_t tgid) override;
};

/// CPU time from the stat files of another pid namespace's /proc, where the kernel's clocks do not know the PIDs. The resolution is a tick,
/// and a call is 20 times as expensive.
class StatCpuClock final : public CpuClock {
 public:
  explicit StatCpuClock(const std::string& procfs);
  [[nodiscard]] std::optional<std::uint64_t> process_ns(std::uint32_t tgid) override;
  [[nodiscard]] bool exact() const override { return false; }

 private:
  UniqueFd root_;
  procfs::Reader reader_;
};

}  // namespace procledger::proc
