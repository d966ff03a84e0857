// SPDX-License-Identifier: Apache-2.0
// The only writer: a thread that drains the source, collects on request or by a cadence, and watches over the kernel hooks.
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

// Tells from a number that should rise whether the kernel hooks still run. Without them everything looks well and is wrong.

class Heartbeat {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Change : std::uint8_t { kNone, kLost, kRecovered };

  /// @param patience  how long the number may stand still
  Heartbeat(std::chrono::nanoseconds patience, std::uint64_t beat, Time now) : patience_{patience}, beat_{beat}, rose_{now} {}

  /// Takes up the present number and tells what that changes.
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
  BooksOptions books;
  std::chrono::nanoseconds tick{std::chrono::seconds{1}};      ///< how often the hooks are looked at
  std::chrono::nanoseconds patience{std::chrono::seconds{2}};  ///< how long they may be silent
  /// Longest time without a collection, though nobody asks for one: a source may have to remember until then who died.
  std::chrono::nanoseconds longest_pause{std::chrono::minutes{1}};
};

/// Collects once at start, so that a baseline exists. Everyone who waits when a collection starts is served by it.
class Collector final : public metrics::SnapshotProvider {
 public:
  /// @param rules   by which `parts.grouping` was made
  /// @param supply  of other sources, for when the one in `parts` fails; null: there shall be no other
  Collector(Parts parts, Options options, const Rules& rules, log::Logger& log, event::SourceSupply* supply = nullptr);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() override { stop(); }

  /// Begins to work, in a thread of its own. Signals that are blocked now stay blocked there.
  /// @error  kIo: out of file descriptors or threads
  [[nodiscard]] Result<void> start();

  /// Ends the thread after the collection that it may be at. Whoever waits then, or asks later, gets null.
  void stop();

  /// Goes on by these rules from now on: so does each snapshot that is asked for afterwards. Any thread.
  void adopt(Rules rules);

  /// When the thread last came round: at least once in each `Options::tick` while nothing holds it. Any thread.
  [[nodiscard]] std::chrono::steady_clock::time_point last_turn() const { return Clock::time_point{Clock::duration{last_turn_.load()}}; }

  void request(Done done) override;
  [[nodiscard]] std::string not_ready() const override;

 private:
  using Clock = std::chrono::steady_clock;

  /// Shared with those who ask; everything else here belongs to the thread.
  struct Shared {
    std::vector<Done> waiting;
    metrics::SnapshotPtr latest;  ///< kept with a cadence only
    std::string problem{"the first collection has not finished yet"};
    bool collected{};
    bool hooks_gone{};
    bool stopping{};
    bool cadence{};  ///< the latest snapshot is served
    std::optional<Rules> adopted;
    bool outdated{};  ///< the latest snapshot is by rules that others were adopted after
  };

  void run();
  void step();
  void wait();
  void tick(Clock::time_point now);
  void drain();
  bool fall_back(std::string_view reason, std::string_view trouble);
  void take_better_source();
  void change_source(event::SuppliedSource next, std::string_view reason, std::string_view trouble);
  void follow_rules();
  void collect();
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
  event::SourceSupply* supply_;
  Books books_;
  Heartbeat heartbeat_;
  UniqueFd wakeup_;
  std::chrono::nanoseconds interval_;  ///< 0: collect when asked; else by this cadence
  Clock::time_point next_tick_;
  Clock::time_point next_collection_;
  Clock::time_point collected_;
  bool mute_source_{};  ///< its records could not be read: not again before the next tick

  std::atomic<Clock::rep> last_turn_{};
  mutable std::mutex mutex_;
  Shared shared_;
  std::thread thread_;
};

}  // namespace procledger::collector
