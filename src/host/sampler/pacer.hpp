// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <utility>

namespace procledger::sampler {

/// Keeps a thread to a share of one CPU: after every bit of work it rests in proportion.
class Pacer {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// @param share  0 < share <= 1; 1 never rests
  /// @param cpu_time  of this thread, so far
  /// @param rest  waits that long, or until there is something better to do
  Pacer(double share, std::function<Nanoseconds()> cpu_time, std::function<void(Nanoseconds)> rest)
      : share_{share}, cpu_time_{std::move(cpu_time)}, rest_{std::move(rest)}, paid_{cpu_time_()} {}

  /// Called often. Rests when the work since the last rest makes it worth while.
  void pace() {
    const Nanoseconds worked = cpu_time_() - paid_;
    if (share_ >= 1 || worked < kWorthARest) return;
    rest_(std::chrono::duration_cast<Nanoseconds>(worked * (1 / share_ - 1)));
    paid_ += worked;
  }

 private:
  static constexpr Nanoseconds kWorthARest = std::chrono::milliseconds{1};

  double share_;
  std::function<Nanoseconds()> cpu_time_;
  std::function<void(Nanoseconds)> rest_;
  Nanoseconds paid_;
};

}  // namespace procledger::sampler
