// SPDX-License-Identifier: Apache-2.0
// The table of a run's values by name. Every report of a run and the means over several runs use this table.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::proctree {

/// One value of a run.
struct Scalar {
  std::string_view key;                         ///< ends with the base unit, if the value has one
  std::optional<double> (*of)(const Run& run);  ///< absent: not known in this run
  bool whole{};                                 ///< an integer
};

[[nodiscard]] std::span<const Scalar> scalars();

/// The entry with this key, which must be in the table.
[[nodiscard]] const Scalar& scalar(std::string_view key);

/// Mean and deviation over the runs in which the value is known.
struct Spread {
  double mean{};
  double deviation{};  ///< of the sample (n - 1); 0 for a single run
};
[[nodiscard]] std::optional<Spread> spread(const Scalar& scalar, std::span<const Run> runs);

}  // namespace procledger::proctree
