// SPDX-License-Identifier: Apache-2.0
// How a scrape gets at snapshots without knowing who makes them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/metrics/snapshot.hpp"

namespace procledger::metrics {

using SnapshotPtr = std::shared_ptr<const Snapshot>;

class SnapshotProvider {
 public:
  /// Called exactly once, from any thread; null when the collection failed.
  using Done = std::function<void(SnapshotPtr)>;

  virtual ~SnapshotProvider() = default;

  /// Asks for a snapshot no older than this call (or, with a fixed collection interval, the latest one). Never blocks. Requests that
  /// wait together share one collection.
  virtual void request(Done done) = 0;

  /// Empty when ready (a source runs and a first snapshot exists), else why not, for people.
  [[nodiscard]] virtual std::string not_ready() const = 0;
};

}  // namespace procledger::metrics
