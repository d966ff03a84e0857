// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commands/stats/sums.hpp"

namespace procledger::stats {

/// "key value" a line, by key. Whole numbers without a fraction, others in the fewest digits that read back the same.
[[nodiscard]] std::string as_text(const Figures& figures);
/// One object.
[[nodiscard]] std::string as_json(const Figures& figures);

/// One number a line; as JSON one list.
[[nodiscard]] std::string pids_as_text(const std::vector<ProcessKey>& processes);
[[nodiscard]] std::string pids_as_json(const std::vector<ProcessKey>& processes);

}  // namespace procledger::stats
