// SPDX-License-Identifier: Apache-2.0
#include "support/clocks.hpp"

#include <ctime>

namespace procledger::test {
namespace {

std::optional<std::uint64_t> read_clock(clockid_t clock) {
  timespec now{};
  if (clock_gettime(clock, &now) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t monotonic_ns() { return read_clock(CLOCK_MONOTONIC).value_or(0); }

std::optional<std::uint64_t> process_cpu_ns(pid_t pid) {
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
  return read_clock(clock);
}

}  // namespace procledger::test
