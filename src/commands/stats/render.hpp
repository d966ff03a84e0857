// SPDX-License-Identifier: Apache-2.0
// Small: the output formats of one command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/stats/sums.hpp"

namespace procledger::stats {

/// One line `key value` per value, sorted by key. Whole numbers have no fraction; others have the fewest digits that read back the same.
[[nodiscard]] std::string as_text(const Figures& figures);
/// One JSON object.
[[nodiscard]] std::string as_json(const Figures& figures);

/// One PID per line; as JSON, one list.
[[nodiscard]] std::string pids_as_text(const std::vector<ProcessKey>& processes);
[[nodiscard]] std::string pids_as_json(const std::vector<ProcessKey>& processes);

}  // namespace procledger::stats
