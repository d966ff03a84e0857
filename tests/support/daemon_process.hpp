// SPDX-License-Identifier: Apache-2.0
// The daemon under test, started as a user starts it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/child.hpp"
#include "support/clocks.hpp"
#include "support/exposition.hpp"
#include "support/http_client.hpp"

namespace procledger::test {

// Exit codes of docs/command-line.md.
inline constexpr int kUsage = 1;
inline constexpr int kCannotStart = 2;
inline constexpr int kFoundNothing = 4;

/// The program under test.
[[nodiscard]] std::string procledger_binary();

struct DaemonOptions {
  std::string listen{"127.0.0.1:0"};
  std::vector<std::string> flags{};
  std::optional<int> cpu{};           ///< the only CPU to run on
  std::vector<std::string> run_by{};  ///< a command that execs the daemon, with its flags: setpriv
  std::string binary{procledger_binary()};
};

class DaemonProcess {
 public:
  /// Starts `procledger serve`, and waits until the log has the address and the daemon is ready. The destructor kills the daemon.
  /// @error kIo: the daemon exited or did not become ready in time; the message has the log
  [[nodiscard]] static Result<DaemonProcess> start(const DaemonOptions& options = {});

  [[nodiscard]] const Address& address() const { return address_; }
  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  [[nodiscard]] std::string log() const { return child_.err(); }

  /// The text of /metrics. @error kIo: any status but 200
  [[nodiscard]] Result<std::string> page() const;
  [[nodiscard]] Result<Exposition> scrape() const;
  [[nodiscard]] std::uint64_t resident_bytes() const;  ///< VmRSS

  /// Sends SIGTERM and waits for the exit. Absent if the daemon outlives the deadline.
  [[nodiscard]] std::optional<Outcome> stop(std::chrono::milliseconds deadline = kHangDeadline);

 private:
  DaemonProcess(Child child, Address address) : child_{std::move(child)}, address_{std::move(address)} {}

  Child child_;
  Address address_;
};

}  // namespace procledger::test
