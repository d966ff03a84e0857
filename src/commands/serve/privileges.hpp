// SPDX-License-Identifier: Apache-2.0
// The capabilities that the daemon keeps. docs/rights.md says what needs which capability.
// Small: two steps; only their implementation knows libcap.
#pragma once

#include "base/result.hpp"
#include "commands/serve/options.hpp"
#include "sources/probe/capability.hpp"

namespace procledger::commands {

/// The held capabilities that the daemon may still need: to load and read eBPF programs, also after a reload or a change of source; to read
/// other users' processes; to listen on privileged ports.
/// @param held  effective capabilities
[[nodiscard]] probe::CapabilitySet kept_rights(const ServeOptions& options, const probe::CapabilitySet& held);

/// Drops every other capability for good, for this thread and all threads that it starts: call it before the first one starts. Afterwards
/// neither an exec nor user id 0 gives a capability back: no_new_privs, securebits, and an empty bounding set where CAP_SETPCAP allows it.
/// First raises the limit of locked memory as far as allowed: kernels up to 5.10 count eBPF maps against that limit.
/// @return  the capabilities that are left
/// @error  kPermission, kIo: the kernel refused a step; missing rights are never the reason
[[nodiscard]] Result<probe::CapabilitySet> drop_rights(const probe::CapabilitySet& keep);

}  // namespace procledger::commands
