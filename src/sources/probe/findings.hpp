// SPDX-License-Identifier: Apache-2.0
// What several sources may lack, in words. Each is a function of facts: absent where nothing is missing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sources/probe/assessment.hpp"

namespace procledger::probe {

/// All commands that grant capabilities, to a file, a unit and containers.
/// @param beside  what the file is to have as well: setcap takes away what it does not name
[[nodiscard]] std::vector<std::string> grants(const CapabilitySet& capabilities, const CapabilitySet& beside = {});

/// "CAP_BPF and CAP_PERFMON are not held"
[[nodiscard]] std::string not_held(const CapabilitySet& capabilities);

[[nodiscard]] std::optional<Finding> no_proc(const HostFacts& facts);
/// @param cost  what this source loses; it cannot work at all if this is empty
[[nodiscard]] std::optional<Finding> nested_pid_namespace(const HostFacts& facts, std::string cost);
[[nodiscard]] std::optional<Finding> nested_user_namespace(const HostFacts& facts);
/// Other users' processes are not to be seen in /proc.
[[nodiscard]] std::optional<Finding> hidden_processes(const HostFacts& facts, std::string cost);
/// Other users' processes are seen in /proc, but not what they have in memory and open.
/// @param beside  as for grants()
[[nodiscard]] std::optional<Finding> unreadable_processes(const HostFacts& facts, std::string cost, const CapabilitySet& beside);

/// What is missing for each source, in the order in which it has to be fixed.
[[nodiscard]] std::vector<Finding> bpf_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> taskstats_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> proc_findings(const HostFacts& facts);

}  // namespace procledger::probe
