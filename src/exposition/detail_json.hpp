// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "core/ledger/account.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::exposition {

[[nodiscard]] nlohmann::json split_json(const ledger::CpuSplit& split);

/// Adds the lists of thread names, threads and processes to a group, those that were asked for.
void put_details(nlohmann::json& group, const metrics::GroupRow& row);

}  // namespace procledger::exposition
