// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "support/clocks.hpp"

namespace procledger::collector {

/// The log of a test. Tests read its lines and wait for them.
class LogLines {
 public:
  void add(std::string_view line) {
    const std::lock_guard lock{mutex_};
    lines_.emplace_back(line);
    changed_.notify_all();
  }

  /// Waits until a line has the text; false after ten seconds.
  [[nodiscard]] bool wait_for(std::string_view text) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, test::kHangDeadline, [&] { return count_locked(text) > 0; });
  }
  [[nodiscard]] long count(std::string_view text) {
    const std::lock_guard lock{mutex_};
    return count_locked(text);
  }

 private:
  [[nodiscard]] long count_locked(std::string_view text) const {
    return std::count_if(lines_.begin(), lines_.end(), [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

}  // namespace procledger::collector
