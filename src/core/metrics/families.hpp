// SPDX-License-Identifier: Apache-2.0
// Every metric that procledger exports, in one table: the exposition, docs/metrics.md and the metric lint are derived from it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace procledger::metrics {

enum class Type : std::uint8_t { kCounter, kGauge, kHistogram, kInfo };

/// One metric family. `name` is the exposed name, with `_total` on counters and `_info` on infos.
struct Family {
  std::string_view name;
  Type type{};
  std::string_view labels;  ///< beside the rule's own, comma-separated, for the documentation
  std::string_view help;    ///< one sentence or two that a stranger understands
};

/// In the order of exposition.
[[nodiscard]] std::span<const Family> families();

/// The family of that name. It exists: names are checked by a test.
[[nodiscard]] const Family& family(std::string_view name);

}  // namespace procledger::metrics
