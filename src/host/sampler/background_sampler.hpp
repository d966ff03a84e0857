// SPDX-License-Identifier: Apache-2.0
// Figures that are too dear for a scrape, taken in the background by a thread that nobody ever waits for.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "host/sampler/samples.hpp"
#include "host/sampler/sampling_pass.hpp"

namespace procledger::sampler {

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
