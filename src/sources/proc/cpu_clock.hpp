// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"

namespace procledger::proc {

/// CPU time of other processes.
class CpuClock {
 public:
  virtual ~CpuClock() = default;

  /// What all threads of a process used, the dead among them, also of a zombie. Behind by up to a tick while it runs.
  /// @return  absent: no such process
  [[nodiscard]] virtual std::optional<std::uint64_t> process_ns(std::uint32_t tgid) = 0;

  /// Whether it moves with every nanosecond that is run, so that a process whose clock stands still has not run.
  [[nodiscard]] virtual bool exact() const { return true; }
};

/// The kernel's: 0.33 us, no rights needed. Numbers are those of our pid namespace.
/// @source kernel/time/posix-cpu-timers.c:posix_cpu_clock_get
class KernelCpuClock final : public CpuClock {
 public:
  [[nodiscard]] std::optional<std::uint64_t> process_ns(std::uint32_t tgid) override;
};

/// From the stat files of another pid namespace's /proc, whose numbers our clocks do not know: in whole ticks, and 20 times as dear.
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
