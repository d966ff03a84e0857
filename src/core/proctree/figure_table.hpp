// SPDX-License-Identifier: Apache-2.0
// The single figures of a run by name: one table for every form in which they are shown, and for means over several runs.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/proctree/run_record.hpp"

namespace procledger::proctree {

struct Scalar {
  std::string_view key;                         ///< base unit at its end, if it has one
  std::optional<double> (*of)(const Run& run);  ///< absent: not known here
  bool whole{};                                 ///< a count
};

[[nodiscard]] std::span<const Scalar> scalars();

/// The one of this key, which is in the table.
[[nodiscard]] const Scalar& scalar(std::string_view key);

/// Over runs in which it is known.
struct Spread {
  double mean{};
  double deviation{};  ///< of the sample (n - 1); 0 for a single run
};
[[nodiscard]] std::optional<Spread> spread(const Scalar& scalar, std::span<const Run> runs);

}  // namespace procledger::proctree
