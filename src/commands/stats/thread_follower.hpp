// SPDX-License-Identifier: Apache-2.0
// Follows every thread of the host for a while, for commands that run once.
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

/// Needs what the bpf source needs: see docs/rights.md.
class Follower {
 public:
  /// @error  as open_bpf_source
  [[nodiscard]] static Result<Follower> open(const std::string& procfs);

  Follower(Follower&& other) noexcept;
  Follower& operator=(Follower&&) = delete;
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  ~Follower();

  struct Look {
    std::uint64_t taken_ns{};  ///< CLOCK_BOOTTIME
    /// By each process itself since the follower is open: its threads, those that have ended among them, and nothing that it has reaped.
    std::map<stats::ProcessKey, event::Totals> used;
  };
  /// @error  as Source::collect
  [[nodiscard]] Result<Look> look();

 private:
  struct Parts;
  explicit Follower(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace procledger::commands
