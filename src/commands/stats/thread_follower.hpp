// SPDX-License-Identifier: Apache-2.0
// Follows every thread of the host for some time, for commands that run once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/stats/reading.hpp"
#include "core/event/observation.hpp"

namespace procledger::commands {

/// Owns a bpf source and a ledger with one group. `stats` opens one for the interval of its rates. Needs the rights of the bpf source:
/// docs/rights.md.
class Follower {
 public:
  /// @error  as open_bpf_source
  [[nodiscard]] static Result<Follower> open(const std::string& procfs);

  Follower(Follower&& other) noexcept;
  Follower& operator=(Follower&&) = delete;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower();

  /// The usage of all processes at one moment.
  struct Sample {
    std::uint64_t taken_ns{};  ///< CLOCK_BOOTTIME
    /// The own usage of each process since `open`: all threads, exited ones included, without reaped children.
    std::map<stats::ProcessKey, event::TaskCounters> used;
  };
  /// @error  as Source::collect
  [[nodiscard]] Result<Sample> sample();

 private:
  struct Dependencies;
  explicit Follower(std::unique_ptr<Dependencies> parts);

  std::unique_ptr<Dependencies> dependencies_;
};

}  // namespace procledger::commands
