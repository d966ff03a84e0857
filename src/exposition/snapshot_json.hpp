// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/ledger/account.hpp"
#include "core/metrics/snapshot.hpp"
#include "exposition/host_metrics.hpp"

namespace procledger::exposition {

[[nodiscard]] nlohmann::json split_json(const ledger::CpuSplit& split);

/// Adds the lists of thread names, threads and processes to a group, those that were asked for.
void put_details(nlohmann::json& group, const metrics::GroupRow& row);

/// The snapshot for programs that are not scrapers: the same figures as the metrics page, seconds and counts. What is unknown has no key.
[[nodiscard]] std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build);

}  // namespace procledger::exposition
