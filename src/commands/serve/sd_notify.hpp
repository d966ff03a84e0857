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

}  // namespace procledger::commands
