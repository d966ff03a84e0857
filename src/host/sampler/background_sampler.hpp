// SPDX-License-Identifier: Apache-2.0
// Samples values that are too expensive for a scrape, in a background thread that no other thread waits for.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "host/sampler/samples.hpp"
#include "host/sampler/sampling_pass.hpp"

namespace procledger::sampler {

/// Limits a thread to a share of one CPU: after some work the thread rests in proportion. A pass of the sampler owns one.
class Pacer {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// @param share  0 < share <= 1; 1 never rests
  /// @param cpu_time  returns the CPU time of this thread so far
  /// @param rest  waits for the given time, or until the thread must stop
  Pacer(double share, std::function<Nanoseconds()> cpu_time, std::function<void(Nanoseconds)> rest)
      : share_{share}, cpu_time_{std::move(cpu_time)}, rest_{std::move(rest)}, paid_{cpu_time_()} {}

  /// Rests if the work since the last rest is long enough. Call it often.
  void pace() {
    const Nanoseconds worked = cpu_time_() - paid_;
    if (share_ >= 1 || worked < kWorthARest) return;
    rest_(std::chrono::duration_cast<Nanoseconds>(worked * (1 / share_ - 1)));
    paid_ += worked;
  }

 private:
  static constexpr Nanoseconds kWorthARest = std::chrono::milliseconds{1};

  double share_;
  std::function<Nanoseconds()> cpu_time_;
  std::function<void(Nanoseconds)> rest_;
  Nanoseconds paid_;
};

/// Passes the latest item from one thread to another. Neither thread ever waits for the other. With a lock, the fast thread would wait
/// whenever the slow thread is preempted while it holds the lock.
template <typename T>
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { take(); }

  /// Puts an item and drops an item that was not taken.
  void put(std::unique_ptr<T> item) { const std::unique_ptr<T> replaced{slot_.exchange(item.release())}; }

  /// Takes the last item; null if it was taken already.
  std::unique_ptr<T> take() { return std::unique_ptr<T>{slot_.exchange(nullptr)}; }

 private:
  std::atomic<T*> slot_{nullptr};
};

struct Options {
  std::string procfs{"/proc"};
  std::chrono::nanoseconds interval{std::chrono::seconds{15}};  ///< min time between the starts of two passes
  double cpu_share{0.05};                                       ///< average share of one CPU; it determines the length of a pass
  std::chrono::nanoseconds patience{std::chrono::minutes{5}};   ///< no passes if the last list is older: there are no scrapes
};

/// Owns the background thread and hands it the list of processes. The collector's thread calls all functions.
class BackgroundSampler {
 public:
  using PassPtr = std::shared_ptr<const Pass>;

  /// Starts the thread. The thread inherits the caller's mask of blocked signals.
  /// @error  kIo: out of file descriptors or threads
  [[nodiscard]] static Result<std::unique_ptr<BackgroundSampler>> start(Options options);

  BackgroundSampler(const BackgroundSampler&) = delete;
  BackgroundSampler& operator=(const BackgroundSampler&) = delete;
  /// Returns within 100 ms, also while the kernel holds the thread in an uninterruptible read. The thread then ends later by itself.
  ~BackgroundSampler();

  /// Sets the list of processes and the wanted values of each. Each list replaces the previous one. The first pass starts at once. Never
  /// blocks.
  void update(std::vector<Target> targets);

  /// The last complete pass, or null before the first. Never blocks.
  [[nodiscard]] PassPtr latest();

  /// The last complete pass; waits for the first one. Only for callers that may block.
  [[nodiscard]] PassPtr wait();

 private:
  class Worker;

 public:
  explicit BackgroundSampler(std::shared_ptr<Worker> worker) : worker_{std::move(worker)} {}  ///< only for `start`: has no thread yet

 private:
  std::shared_ptr<Worker> worker_;  ///< shared with the thread, which may outlive this object
  PassPtr latest_;
  std::thread thread_;
};

}  // namespace procledger::sampler
