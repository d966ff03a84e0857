// SPDX-License-Identifier: Apache-2.0
// Small: two readings of the clock, without a source file.
#pragma once

#include <cstdint>
#include <ctime>

namespace procledger {

/// A clock that every kernel has: reading it cannot fail.
[[nodiscard]] inline std::int64_t read_clock_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Unix time when CLOCK_BOOTTIME was 0, as of now: setting the time of day moves it.
[[nodiscard]] inline std::int64_t unix_minus_boottime_ns() { return read_clock_ns(CLOCK_REALTIME) - read_clock_ns(CLOCK_BOOTTIME); }

}  // namespace procledger
