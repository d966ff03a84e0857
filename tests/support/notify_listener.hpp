// SPDX-License-Identifier: Apache-2.0
// The service manager's end of NOTIFY_SOCKET.
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

  /// Everything that has come so far, one assignment a line, in order. Keeps it.
  [[nodiscard]] const std::vector<std::string>& lines();
  /// How often this line has come so far.
  [[nodiscard]] std::size_t count(const std::string& line);
  /// Waits until it has come so often.
  [[nodiscard]] bool hears(const std::string& line, std::size_t times = 1, std::chrono::milliseconds deadline = kHangDeadline);

 private:
  TempDir directory_;
  UniqueFd socket_;
  std::vector<std::string> lines_;
};

}  // namespace procledger::test
