// SPDX-License-Identifier: Apache-2.0
// The pipe benchmark of perf: two processes that pass a word to each other, so mostly context switches.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"

namespace procledger::bench {

struct PipeCost {
  double wall_us_per_op{};  ///< as perf reports
  double cpu_us_per_op{};   ///< CPU time of both processes, without other processes
};

/// @param cpu  the CPU of both processes; absent: the scheduler chooses
[[nodiscard]] Result<PipeCost> run_pipe(std::uint64_t loops, std::optional<int> cpu);

}  // namespace procledger::bench
