// SPDX-License-Identifier: Apache-2.0
// Small: the output formats of one command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/stats/sums.hpp"

namespace procledger::stats {

/// One line `key value` per value, sorted by key. Whole numbers have no fraction. Other numbers have the fewest digits that a
/// parser reads as the same value.
[[nodiscard]] std::string as_text(const Values& values);
/// One line `key  value unit` per value, for readers: sorted by key, aligned, rounded. Units are s, %, B to PiB, CPUs for rates of CPU
/// time, and "/s" after the unit for other rates. Counts have no unit.
[[nodiscard]] std::string as_table(const Values& values);
/// One JSON object.
[[nodiscard]] std::string as_json(const Values& values);

/// One PID per line; as JSON, one list.
[[nodiscard]] std::string pids_as_text(const std::vector<ProcessKey>& processes);
[[nodiscard]] std::string pids_as_json(const std::vector<ProcessKey>& processes);

}  // namespace procledger::stats
