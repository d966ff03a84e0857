// SPDX-License-Identifier: Apache-2.0
// perf's pipe benchmark: two processes that hand a word to each other, so almost nothing but context switches.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"

namespace procledger::bench {

struct PipeCost {
  double wall_us_per_op{};  ///< what perf says
  double cpu_us_per_op{};   ///< CPU time of both processes; what else runs on the machine is not in it
};

/// @param cpu  where both run; absent: wherever the scheduler puts them
[[nodiscard]] Result<PipeCost> run_pipe(std::uint64_t loops, std::optional<int> cpu);

}  // namespace procledger::bench
