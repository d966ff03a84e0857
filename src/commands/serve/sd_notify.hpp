// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/un.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace procledger::commands {

/// The way to the service manager that started this process, systemd or one that speaks its protocol: a datagram of lines `NAME=value`
/// to the socket that NOTIFY_SOCKET names (sd_notify(3)). Written here, since libsystemd would bring four compression and cryptography
/// libraries into a program with rights, for one call of sendto.
class NotifySocket {
 public:
  /// As the environment says. Nobody listens where that says nothing, or something that is no socket's name.
  [[nodiscard]] static NotifySocket from_environment();

  /// @param name  a path, or `@` and an abstract name; anything else: nobody listens
  explicit NotifySocket(std::string_view name, std::optional<std::chrono::microseconds> watchdog = std::nullopt);

  [[nodiscard]] bool somebody_listens() const { return static_cast<bool>(socket_); }
  /// How long the manager waits for a sign of life before it takes this process for dead; absent: it does not.
  [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

  /// @return false if it did not arrive, within a second
  bool send(std::string_view lines) const;

 private:
  sockaddr_un address_{};
  socklen_t length_{};
  UniqueFd socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

/// What the service manager is told, and when: ready with the first snapshot, alive only while collection really works.
class ServiceReport {
 public:
  using Clock = std::chrono::steady_clock;

  struct Health {
    std::string trouble;          ///< as /-/ready says it; empty: none
    Clock::time_point last_turn;  ///< when the collecting thread was last seen to move on
  };

  explicit ServiceReport(NotifySocket socket) : socket_{std::move(socket)} {}

  /// To be called again after `pause()` at the latest.
  void look(const Health& health, Clock::time_point now);
  /// Absent: there is nothing to look after.
  [[nodiscard]] std::optional<std::chrono::milliseconds> pause() const;

  void reloading() const;
  /// @param trouble  empty: the configuration was taken over
  void reloaded(std::string_view trouble);
  void stopping() const { socket_.send("STOPPING=1\nSTATUS=stopping"); }

 private:
  /// @return false if it did not arrive, as while the manager reads its own configuration: it has to be said again
  bool say(std::string message, const std::string& status);

  NotifySocket socket_;
  bool ready_{};        ///< and it was told
  bool reload_owed_{};  ///< the end of a reload was not
  std::string status_;  ///< as last told
  std::string reload_trouble_;
};

}  // namespace procledger::commands
