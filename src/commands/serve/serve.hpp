// SPDX-License-Identifier: Apache-2.0
// Small: the one entry of a command.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "commands/serve/options.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::commands {

/// SIGTERM, SIGINT and SIGHUP, taken one by one instead of interrupting anything. Made before the first thread, since threads inherit
/// what is blocked. Also ignores SIGPIPE: a client that hangs up is not an event.
class Signals {
 public:
  Signals();

  /// The next of them.
  /// @param patience  absent: for as long as it takes
  /// @return  absent: none came meanwhile
  [[nodiscard]] std::optional<int> wait(std::optional<std::chrono::milliseconds> patience = std::nullopt) const;

 private:
  sigset_t set_{};
};

// Stands before the collector while that does not exist yet: ports are taken before the costly part of the start, so that a taken one is
// found at once.

class Gate final : public metrics::SnapshotProvider {
 public:
  /// @param provider  outlives all requests
  void open(metrics::SnapshotProvider& provider) { provider_.store(&provider); }

  void request(Done done) override {
    metrics::SnapshotProvider* provider = provider_.load();
    provider != nullptr ? provider->request(std::move(done)) : done(nullptr);
  }

  [[nodiscard]] std::string not_ready() const override {
    const metrics::SnapshotProvider* provider = provider_.load();
    return provider != nullptr ? provider->not_ready() : "starting";
  }

 private:
  std::atomic<metrics::SnapshotProvider*> provider_{};
};

/// The daemon, until SIGTERM or SIGINT.
/// @error  why it could not start
[[nodiscard]] Result<void> serve(const ServeOptions& options);

}  // namespace procledger::commands
