// SPDX-License-Identifier: Apache-2.0
// Figures that are too dear for a scrape, taken in the background by a thread that nobody ever waits for.
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

/// Keeps a thread to a share of one CPU: after every bit of work it rests in proportion.
class Pacer {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// @param share  0 < share <= 1; 1 never rests
  /// @param cpu_time  of this thread, so far
  /// @param rest  waits that long, or until there is something better to do
  Pacer(double share, std::function<Nanoseconds()> cpu_time, std::function<void(Nanoseconds)> rest)
      : share_{share}, cpu_time_{std::move(cpu_time)}, rest_{std::move(rest)}, paid_{cpu_time_()} {}

  /// Called often. Rests when the work since the last rest makes it worth while.
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

/// Holds the latest of something, for one thread that puts and one that takes. Neither ever waits for the other: with a lock, the fast
/// side would wait whenever the slow one is pushed off its CPU while it holds it.
template <typename T>
class Mailbox {
 public:
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() { take(); }

  /// Replaces what nobody has taken.
  void put(std::unique_ptr<T> item) { const std::unique_ptr<T> replaced{slot_.exchange(item.release())}; }

  /// What was put last, once; else null.
  std::unique_ptr<T> take() { return std::unique_ptr<T>{slot_.exchange(nullptr)}; }

 private:
  std::atomic<T*> slot_{nullptr};
};

struct Options {
  std::string procfs{"/proc"};
  std::chrono::nanoseconds interval{std::chrono::seconds{15}};  ///< from the start of one pass to that of the next, at least
  double cpu_share{0.05};                                       ///< of one CPU, on average; a pass takes as long as that makes it
  std::chrono::nanoseconds patience{std::chrono::minutes{5}};   ///< with no list newer than that nobody is looking: no more passes
};

/// The functions are for one thread, the collector's.
class SlowLane {
 public:
  using PassPtr = std::shared_ptr<const Pass>;

  /// Starts the thread. Signals that are blocked now stay blocked there.
  /// @error  kIo: out of file descriptors or threads
  [[nodiscard]] static Result<std::unique_ptr<SlowLane>> start(Options options);

  SlowLane(const SlowLane&) = delete;
  SlowLane& operator=(const SlowLane&) = delete;
  /// Returns within 100 ms, also while the kernel holds the thread in a read that nothing can interrupt. It then ends by itself, later.
  ~SlowLane();

  /// Who lives now, and what is wanted of whom, which may differ from the list before. The first pass begins at once. Never blocks.
  void update(std::vector<Target> targets);

  /// The last complete pass, or null before the first. Never blocks.
  [[nodiscard]] PassPtr latest();

  /// The last complete pass; waits for the first. For somebody who has nothing better to do.
  [[nodiscard]] PassPtr wait();

 private:
  class Worker;

 public:
  explicit SlowLane(std::shared_ptr<Worker> worker) : worker_{std::move(worker)} {}  ///< for `start` alone: it has no thread

 private:
  std::shared_ptr<Worker> worker_;  ///< shared with the thread, which may outlive this
  PassPtr latest_;
  std::thread thread_;
};

}  // namespace procledger::sampler
