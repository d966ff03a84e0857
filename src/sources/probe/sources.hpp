// SPDX-License-Identifier: Apache-2.0
// What is missing for each source, in the order in which it would have to be mended.
#pragma once

#include <vector>

#include "sources/probe/assessment.hpp"

namespace procledger::probe {

[[nodiscard]] std::vector<Finding> bpf_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> taskstats_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> proc_findings(const HostFacts& facts);

}  // namespace procledger::probe
