// SPDX-License-Identifier: Apache-2.0
// Stands before the collector while that does not exist yet: ports are taken before the costly part of the start, so that a taken one is
// found at once.
#pragma once

#include <atomic>
#include <string>

#include "core/metrics/provider.hpp"

namespace procledger::commands {

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

}  // namespace procledger::commands
