// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "bpf/wire.h"
#include "core/event/sink.hpp"

namespace procledger::bpf {

/// Deaths that found the ring full, told in their place among the ring's records: after what the task did before, and before its free
/// record.
class Spill {
 public:
  /// Moves what the map holds here. @error kIo: what was moved before stays here.
  Result<void> fetch(int map_fd);

  void add(const pl_dead& death) { waiting_.push_back(death); }

  [[nodiscard]] bool empty() const { return next_ == waiting_.size(); }

  /// Tells who died before `boottime_ns`.
  void tell_before(std::uint64_t boottime_ns, event::Sink& sink);

 private:
  std::vector<pl_dead> waiting_;
  std::size_t next_{};    ///< told up to here
  std::size_t sorted_{};  ///< by time up to here
};

}  // namespace procledger::bpf
