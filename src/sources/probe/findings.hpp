// SPDX-License-Identifier: Apache-2.0
// Findings: features and rights that sources lack, with the texts that users read. Each function takes facts and returns nothing when
// nothing is missing. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sources/probe/assessment.hpp"

namespace procledger::probe {

/// Commands and settings that grant capabilities to a file, a unit and containers.
/// @param beside  capabilities that the file keeps: setcap removes every capability that its argument does not name
[[nodiscard]] std::vector<std::string> grants(const CapabilitySet& capabilities, const CapabilitySet& beside = {});

/// "CAP_BPF and CAP_PERFMON are not held"
[[nodiscard]] std::string not_held(const CapabilitySet& capabilities);

[[nodiscard]] std::optional<Finding> no_proc(const HostFacts& facts);
/// @param cost  what the source loses; empty: the source cannot work at all
[[nodiscard]] std::optional<Finding> nested_pid_namespace(const HostFacts& facts, std::string cost);
[[nodiscard]] std::optional<Finding> nested_user_namespace(const HostFacts& facts);
/// /proc hides other users' processes (hidepid).
[[nodiscard]] std::optional<Finding> hidden_processes(const HostFacts& facts, std::string cost);
/// /proc shows other users' processes, but not their executable, environment, I/O, memory details and open files.
/// @param beside  as for grants()
[[nodiscard]] std::optional<Finding> unreadable_processes(const HostFacts& facts, std::string cost, const CapabilitySet& beside);

/// Findings of one source, in the order in which to fix them.
[[nodiscard]] std::vector<Finding> bpf_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> taskstats_findings(const HostFacts& facts);
[[nodiscard]] std::vector<Finding> proc_findings(const HostFacts& facts);

}  // namespace procledger::probe
