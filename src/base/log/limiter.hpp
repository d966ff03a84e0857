// SPDX-License-Identifier: Apache-2.0
// Keeps something that happens a thousand times a second from filling the log.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace procledger::log {

/// For every key: the first occurrence passes, after that at most one a minute.
class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes kPause{1};

  /// @return  absent: leave this one out. Else how many were left out since the last that passed.
  [[nodiscard]] std::optional<std::uint64_t> admit(std::string_view key, Time now);

 private:
  struct Seen {
    Time passed;
    std::uint64_t suppressed{};
  };
  std::map<std::string, Seen, std::less<>> seen_;  ///< keys are words of our code: few
};

}  // namespace procledger::log
