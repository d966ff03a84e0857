// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/event/observation.hpp"
#include "core/ledger/classifier.hpp"

namespace procledger::ledger {

/// A slice that was under way when its process changed its group: which groups share what it will turn out to have been. Pending time says
/// where one share ends, but it may hold what a hypervisor took or an interrupt used, which no total ever contains; so nothing of it is
/// charged before the total has moved, which ends the slice (kernel/sched/fair.c:update_curr adds all until now).
class OpenSlice {
 public:
  struct Taker {
    GroupId group{};
    event::Comm thread{};  ///< empty where nobody asks for names
    bool operator==(const Taker&) const = default;
  };

  /// What lies below the total `until_ns`, and is not shared out yet, is for `taker`.
  void share(const Taker& taker, std::uint64_t until_ns) {
    if (!shares_.empty() && (shares_.back().taker == taker || shares_.size() == kMostShares)) {
      shares_.back().until_ns = std::max(shares_.back().until_ns, until_ns);
    } else if (shares_.empty() || until_ns > shares_.back().until_ns) {
      shares_.push_back({taker, until_ns});
    }
  }

  /// Calls `give(taker, ns)` for every share in what lies between two totals, and returns what is left.
  template <typename Give>
  [[nodiscard]] std::uint64_t share_out(std::uint64_t from_ns, std::uint64_t to_ns, Give give) const {
    for (const Share& share : shares_) {
      const std::uint64_t until_ns = std::min(share.until_ns, to_ns);
      if (until_ns <= from_ns) continue;
      give(share.taker, until_ns - from_ns);
      from_ns = until_ns;
    }
    return to_ns - from_ns;
  }

  void end() { shares_.clear(); }

 private:
  /// A process may rename itself a million times per second and to and fro; the last taker has what is beyond.
  static constexpr std::size_t kMostShares = 64;

  struct Share {
    Taker taker;
    std::uint64_t until_ns{};
  };
  std::vector<Share> shares_;
};

}  // namespace procledger::ledger
