// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/metrics/snapshot.hpp"
#include "support/clocks.hpp"

namespace procledger::test {

/// Answers immediately, or, after hold(), when settle() is called.
class FakeProvider final : public metrics::SnapshotProvider {
 public:
  void request(Done done) override {
    {
      const std::lock_guard lock{mutex_};
      if (held_) {
        waiting_.push_back(std::move(done));
        changed_.notify_all();
        return;
      }
    }
    done(std::make_shared<const metrics::Snapshot>());
  }

  [[nodiscard]] std::string not_ready() const override {
    const std::lock_guard lock{mutex_};
    return not_ready_;
  }

  void set_not_ready(std::string why) {
    const std::lock_guard lock{mutex_};
    not_ready_ = std::move(why);
  }

  void hold() {
    const std::lock_guard lock{mutex_};
    held_ = true;
  }

  /// False if fewer requests wait after 10 s.
  [[nodiscard]] bool wait_for(std::size_t requests) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, kHangDeadline, [this, requests] { return waiting_.size() >= requests; });
  }

  /// Gives the same snapshot to all waiting requests.
  void settle(const metrics::SnapshotPtr& snapshot) {
    for (auto& done : take()) done(snapshot);
  }

  /// The callbacks of waiting requests, which the test may call.
  [[nodiscard]] std::vector<Done> take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(waiting_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_{};
  std::string not_ready_;
  std::vector<Done> waiting_;
};

}  // namespace procledger::test
