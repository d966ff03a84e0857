// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "commands/serve/sd_notify.hpp"

namespace procledger::commands {

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
