// SPDX-License-Identifier: Apache-2.0
// A socket for NOTIFY_SOCKET, in place of the service manager.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {

class NotifyListener {
 public:
  NotifyListener();

  [[nodiscard]] std::string path() const { return directory_.path() / "notify"; }

  /// All received assignments so far, one per line, in order.
  [[nodiscard]] const std::vector<std::string>& lines();
  /// How many times this line was received so far.
  [[nodiscard]] std::size_t count(const std::string& line);
  /// Waits until the line was received `times` times.
  [[nodiscard]] bool hears(const std::string& line, std::size_t times = 1, std::chrono::milliseconds deadline = kHangDeadline);

 private:
  TempDir directory_;
  UniqueFd socket_;
  std::vector<std::string> lines_;
};

}  // namespace procledger::test
