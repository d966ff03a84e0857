// SPDX-License-Identifier: Apache-2.0
// The one writer thread: drains the source, collects on request or at a fixed interval, and watches the kernel hooks.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/log/logger.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "collector/pipeline.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::collector {

/// Detects dead kernel hooks: the source's heartbeat stops rising. Without hooks the metrics look normal and are wrong. Owned by Collector,
/// which calls it once a tick.
class Heartbeat {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Change : std::uint8_t { kNone, kLost, kRecovered };

  /// @param patience  longest time without a rise that still counts as alive
  Heartbeat(std::chrono::nanoseconds patience, std::uint64_t beat, Time now) : patience_{patience}, beat_{beat}, rose_{now} {}

  /// Takes the present heartbeat and returns the change of state.
  Change observe(std::uint64_t beat, Time now) {
    const bool was_alive = alive_;
    if (beat != beat_) {
      beat_ = beat;
      rose_ = now;
      alive_ = true;
    } else if (now - rose_ >= patience_) {
      alive_ = false;
    }
    if (alive_ == was_alive) return Change::kNone;
    return alive_ ? Change::kRecovered : Change::kLost;
  }

  [[nodiscard]] bool alive() const { return alive_; }

 private:
  std::chrono::nanoseconds patience_;
  std::uint64_t beat_;
  Time rose_;
  bool alive_{true};
};

struct Options {
  PipelineOptions pipeline;
  std::chrono::nanoseconds tick{std::chrono::seconds{1}};      ///< interval between two checks of the hooks
  std::chrono::nanoseconds patience{std::chrono::seconds{2}};  ///< longest silence of the hooks
  /// Longest time between two collections, with or without requests. A source may have to keep exited tasks until the next collection.
  std::chrono::nanoseconds longest_pause{std::chrono::minutes{1}};
};

/// Owns the collecting thread and the collection pipeline, and answers requests for snapshots. The HTTP server and the commands call it
/// from any thread. The first collection runs at start, so that a baseline exists. A collection answers every request that waits when the
/// collection starts.
class Collector final : public metrics::SnapshotProvider {
 public:
  /// @param rules   the rules that `parts.grouping` was made with
  /// @param supply  makes another source when the one in `parts` fails; null: no fallback
  Collector(Dependencies parts, Options options, const Rules& rules, log::Logger& log, event::SourceFactory* supply = nullptr);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() override { stop(); }

  /// Starts the collecting thread. The thread inherits the caller's mask of blocked signals.
  /// @error  kIo: out of file descriptors or threads
  [[nodiscard]] Result<void> start();

  /// Ends the thread after the present collection, if any. Requests that still wait, and later requests, get null.
  void stop();

  /// Applies new rules. Every snapshot requested after the call follows them. Any thread.
  void adopt(Rules rules);

  /// Start of the thread's last turn. The thread makes at least one turn in each `Options::tick`, unless something blocks it. Any thread.
  [[nodiscard]] std::chrono::steady_clock::time_point last_turn() const { return Clock::time_point{Clock::duration{last_turn_.load()}}; }

  void request(Done done) override;
  [[nodiscard]] std::string not_ready() const override;

 private:
  using Clock = std::chrono::steady_clock;

  /// Shared with callers, under `mutex_`. All other members belong to the thread.
  struct Shared {
    std::vector<Done> waiting;
    metrics::SnapshotPtr latest;  ///< kept only with a fixed interval
    std::string problem{"the first collection has not finished yet"};
    bool collected{};
    bool hooks_gone{};
    bool stopping{};
    bool cadence{};  ///< requests get the latest snapshot
    std::optional<Rules> adopted;
    bool outdated{};  ///< rules were adopted after the latest snapshot
  };

  void run();
  void step();
  void wait();
  void tick(Clock::time_point now);
  void drain();
  bool fall_back(std::string_view reason, std::string_view trouble);
  void take_better_source();
  void change_source(event::CreatedSource next, std::string_view reason, std::string_view trouble);
  void follow_rules();
  void collect();
  void collect_for_new_groups();
  [[nodiscard]] Result<metrics::SnapshotPtr> try_collect();
  void publish(const Result<metrics::SnapshotPtr>& result);
  void serve(const std::vector<Done>& waiting, const metrics::SnapshotPtr& snapshot);
  void wake() const;
  [[nodiscard]] bool stopping() const;
  [[nodiscard]] bool asked_for() const;
  bool on_cadence(Clock::time_point now);
  [[nodiscard]] bool overdue(Clock::time_point now) const { return now >= collected_ + options_.longest_pause; }

  Options options_;
  log::Logger& log_;
  event::SourceFactory* factory_;
  CollectionPipeline pipeline_;
  Heartbeat heartbeat_;
  UniqueFd wakeup_;
  std::chrono::nanoseconds interval_;  ///< 0: collect on request; else at this interval
  Clock::time_point next_tick_;
  Clock::time_point next_collection_;
  Clock::time_point collected_;
  bool mute_source_{};  ///< a read of its records failed; the next attempt is at the next tick

  std::atomic<Clock::rep> last_turn_{};
  mutable std::mutex mutex_;
  Shared shared_;
  std::thread thread_;
};

}  // namespace procledger::collector
