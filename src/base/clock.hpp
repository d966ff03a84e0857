// SPDX-License-Identifier: Apache-2.0
// Small: two ways to read a clock and one to write a time, without a source file.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace procledger {

/// Nanoseconds of `clock`. The call cannot fail for a clock that every kernel has.
[[nodiscard]] inline std::int64_t read_clock_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Unix time at which CLOCK_BOOTTIME was 0, by the present time of day. A change of the time of day changes the result.
[[nodiscard]] inline std::int64_t unix_minus_boottime_ns() { return read_clock_ns(CLOCK_REALTIME) - read_clock_ns(CLOCK_BOOTTIME); }

/// Unix time in seconds, as metrics have it.
[[nodiscard]] inline double unix_seconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace procledger
