// SPDX-License-Identifier: Apache-2.0
// Connections that wait for a snapshot. libmicrohttpd must not be stopped while one is suspended, and may not hear of one after that.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_set>

#include "core/metrics/snapshot.hpp"

struct MHD_Connection;

namespace procledger::exposition {

/// Thread-safe. Shared by the server and by the callbacks that it gave away, which may outlive it.
class Suspensions {
 public:
  /// One request's wait. Belongs to its connection.
  class Wait {
   public:
    explicit Wait(MHD_Connection* connection) : connection_{connection} {}

   private:
    friend class Suspensions;
    MHD_Connection* connection_;
    metrics::SnapshotPtr snapshot_;
  };
  using WaitPtr = std::shared_ptr<Wait>;

  /// Suspends the connection, to be called from its handler; null once closed.
  [[nodiscard]] WaitPtr suspend(MHD_Connection* connection);

  /// Ends the wait, if it goes on: the handler will be called again. From any thread, also from within the handler.
  void resume(const WaitPtr& wait, metrics::SnapshotPtr snapshot);

  /// What the wait brought; null when the collection failed or the server ends.
  [[nodiscard]] metrics::SnapshotPtr result(const WaitPtr& wait);

  /// Ends all waits, and lets no new one begin.
  void close();

 private:
  std::mutex mutex_;
  bool closed_{};
  std::unordered_set<WaitPtr> waiting_;
};

}  // namespace procledger::exposition
