// SPDX-License-Identifier: Apache-2.0
// `procledger serve`: the daemon, its signals and the provider that stands in for the collector during the start.
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

/// Blocks SIGTERM, SIGINT and SIGHUP and takes them one by one in the main thread. The constructor runs before the first thread starts,
/// since threads inherit the mask. It also ignores SIGPIPE: a client may hang up at any time.
class Signals {
 public:
  Signals();

  /// Waits for the next signal.
  /// @param patience  the longest wait; absent: no limit
  /// @return  the signal; absent: none arrived in time
  [[nodiscard]] std::optional<int> wait(std::optional<std::chrono::milliseconds> patience = std::nullopt) const;

 private:
  sigset_t set_{};
};

/// Answers the HTTP server until the collector exists, then forwards to the collector. The server binds its ports before the expensive part
/// of the start, so that the daemon reports an occupied port at once. Requests before `open` get no snapshot.
class DeferredProvider final : public metrics::SnapshotProvider {
 public:
  /// Forwards all requests from now on.
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

/// Runs the daemon until SIGTERM or SIGINT.
/// @error  the reason why the daemon cannot start
[[nodiscard]] Result<void> serve(const ServeOptions& options);

}  // namespace procledger::commands
