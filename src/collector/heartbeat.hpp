// SPDX-License-Identifier: Apache-2.0
// Tells from a number that should rise whether the kernel hooks still run. Without them everything looks well and is wrong.
#pragma once

#include <chrono>
#include <cstdint>

namespace procledger::collector {

class Heartbeat {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Change : std::uint8_t { kNone, kLost, kRecovered };

  /// @param patience  how long the number may stand still
  Heartbeat(std::chrono::nanoseconds patience, std::uint64_t beat, Time now) : patience_{patience}, beat_{beat}, rose_{now} {}

  /// Takes up the present number and tells what that changes.
  Change observe(std::uint64_t beat, Time now) {
    const bool was_alive = alive_;
    if (beat != beat_) {
      beat_ = beat;
      rose_ = now;
      alive_ = true;
    } else if (now - rose_ >= patience_) {
      alive_ = false;
    }
    if (alive_ == was_alive) return Change::kNone;
    return alive_ ? Change::kRecovered : Change::kLost;
  }

  [[nodiscard]] bool alive() const { return alive_; }

 private:
  std::chrono::nanoseconds patience_;
  std::uint64_t beat_;
  Time rose_;
  bool alive_{true};
};

}  // namespace procledger::collector
