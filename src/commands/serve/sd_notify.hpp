// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/un.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace procledger::commands {

/// Sends messages to the service manager that started this process: systemd, or a manager with its protocol. A message is a datagram of
/// lines `NAME=value` to the socket in NOTIFY_SOCKET (sd_notify(3)). procledger does not use libsystemd: for one call of sendto, that
/// library would load four compression and cryptography libraries into a privileged program.
class NotifySocket {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Without a valid socket name there is no manager to report to.
  [[nodiscard]] static NotifySocket from_environment();

  /// @param name  a path, or `@` and an abstract name; any other text: there is no manager
  explicit NotifySocket(std::string_view name, std::optional<std::chrono::microseconds> watchdog = std::nullopt);

  /// There is a manager to report to.
  [[nodiscard]] bool somebody_listens() const { return static_cast<bool>(socket_); }
  /// The time that the manager waits for a WATCHDOG message before it kills this process; absent: no watchdog.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

  /// @return  false: the message did not arrive within a second
  bool send(std::string_view lines) const;

 private:
  sockaddr_un address_{};
  socklen_t length_{};
  UniqueFd socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

/// Decides what to report to the service manager, and when: READY with the first snapshot, WATCHDOG only while the collecting thread makes
/// progress. The main thread of the daemon calls it between signals.
class ServiceReport {
 public:
  using Clock = std::chrono::steady_clock;

  struct Health {
    std::string trouble;          ///< the text of /-/ready; empty: ready
    Clock::time_point last_turn;  ///< when the collecting thread last made progress
  };

  explicit ServiceReport(NotifySocket socket) : socket_{std::move(socket)} {}

  /// Sends the messages that are due. Call again within `pause()`.
  void update(const Health& health, Clock::time_point now);
  /// The time until the next `update`; absent: there is no manager.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause() const;

  /// Begins a reload.
  void reloading() const;
  /// Ends a reload.
  /// @param trouble  the errors of the configuration; empty: the configuration is in force
  void reloaded(std::string_view trouble);
  void stopping() const { socket_.send("STOPPING=1\nSTATUS=stopping"); }

 private:
  /// Sends the message, and the status if the status is new.
  /// @return  false: the message did not arrive, for example while the manager reloads itself; the caller repeats it
  bool say(std::string message, const std::string& status);

  NotifySocket socket_;
  bool ready_{};        ///< READY was sent
  bool reload_owed_{};  ///< the READY that ends a reload is still to be sent
  std::string status_;  ///< the status that was sent last
  std::string reload_trouble_;
};

}  // namespace procledger::commands
